//! What commands do to a store, told through the store itself.
