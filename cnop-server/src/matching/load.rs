//! What waits, as the store has it: read at the start, and again when news were missed.

use std::collections::BTreeMap;

use cnop_core::ids::Sequence;
use cnop_core::money::Price;
use cnop_core::time::Timestamp;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::sight::Sight;
use super::waiting::{OrderKey, Waiting};
use crate::store::{Bulletin, Snapshot, Source, StorageFailure, Store, UserNumber, Waits};

/// Orders that saw a board which the matcher has yet to look at, older ones first.
pub(super) type Early = BTreeMap<Sequence, (UserNumber, Waits)>;

/// Everything that waits.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// What waits for its price.
    pub(super) waiting: Waiting,
    /// What the matcher is not ready for.
    pub(super) early: Early,
    /// What waits no longer: its price came before the matcher was told of it. Older ones first.
    pub(super) reached: Vec<(OrderKey, Price)>,
}

/// Everything that waits, and what was committed while it was read; `None` where even of that some was missed. A million
/// takes a second or so: off the runtime, and with an open ear, or a busy writer would have to be asked again and again.
///
/// # Errors
/// Why the store cannot be read.
pub(super) async fn load(
    store: &Store,
    news: &mut Receiver<Bulletin>,
    sight: Sight,
    now: Timestamp,
) -> Result<Option<(Loaded, Vec<Bulletin>)>, String> {
    let reader = store.clone();
    let mut reading = tokio::task::spawn_blocking(move || reader.read(|view| Loaded::read(view, &sight, now)));
    let mut meanwhile = Vec::new();
    loop {
        // Nothing is lost where a branch is dropped: the channel keeps its messages, and the reading is polled again.
        tokio::select! {
            read = &mut reading => {
                let loaded = read.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
                return Ok(Some((loaded, meanwhile)));
            }
            bulletin = news.recv() => match bulletin {
                Ok(bulletin) => meanwhile.push(bulletin),
                Err(RecvError::Lagged(_)) => return Ok(None),
                Err(RecvError::Closed) => return Err("the store tells nothing any more".to_owned()),
            }
        }
    }
}

impl Loaded {
    fn read<S: Source>(view: &Snapshot<'_, S>, sight: &Sight, now: Timestamp) -> Result<Self, StorageFailure> {
        let (mut loaded, mut waiting, mut ending) = (Self::default(), Vec::new(), Vec::new());
        for order in view.open_orders()? {
            let (user, sequence, waits) = match order {
                Ok(order) => order,
                // An order that cannot be read stays where it is, and `verify` names it; everybody else's go on.
                Err(error) if error.is_of_one_row() => {
                    tracing::error!(%error, "a waiting order cannot be read");
                    continue;
                }
                Err(error) => return Err(error),
            };
            let key = (user, sequence);
            if sight.is_behind(&waits) {
                loaded.early.insert(sequence, (user, waits));
            } else if let Some(price) = sight.reached(&waits, now) {
                loaded.reached.push((key, price));
                ending.push((key, waits));
            } else {
                waiting.push((key, waits));
            }
        }
        loaded.waiting = waiting.into_iter().collect();
        ending.into_iter().for_each(|(key, waits)| loaded.waiting.insert_deadline(key, &waits));
        loaded.reached.sort_unstable_by_key(|((_, sequence), _)| *sequence);
        Ok(loaded)
    }
}
