//! The native host over real HTTP.
