//! The client's state: a pure reducer, and the ports through which it meets the world.
//!
//! May use: `domain`, `api`.
