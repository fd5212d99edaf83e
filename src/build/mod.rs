//! From the crate to `dist/`: the widget's files as browsers get them.
//!
//! May use: `std` and libraries.
