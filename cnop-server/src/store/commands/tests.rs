//! What the commands do to a store, told through the store itself: a real file, a clock that the test moves.

mod audit;
pub(crate) mod bench;
mod concurrency;
mod conservation;
mod idempotency;
mod limit_orders;
mod limit_steps;
mod model;
mod opening;
mod operate;
mod paging;
mod precedence;
mod profiles;
mod refusals;
mod sessions;
mod world;
