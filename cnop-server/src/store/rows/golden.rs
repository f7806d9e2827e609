//! The bytes of every stored row, held for ever.
