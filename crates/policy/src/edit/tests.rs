//! Edits leave the rest as it is.
