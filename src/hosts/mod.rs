//! How each kind of host is asked and how its answers are read: one file a host.
//!
//! May use: `domain`, `api`, `sync`.
