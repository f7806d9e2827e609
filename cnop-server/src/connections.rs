//! How many connections there are, of each address and in all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use crate::guard::ClientNetwork;

/// How many there may be; `None` for any number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectionLimits {
    /// In all.
    pub(crate) all: Option<NonZeroU32>,
    /// Of one client network.
    pub(crate) each: Option<NonZeroU32>,
}

/// Counts connections. Clones share the count.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    limits: ConnectionLimits,
    // Held for one look-up, never across an await.
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    all: u32,
    each: HashMap<ClientNetwork, u32>,
}

/// One connection too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many connections")]
pub(crate) struct TooManyConnections;

/// A connection's place, free again once it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    connections: Connections,
    network: ClientNetwork,
}

impl Connections {
    /// None yet.
    pub(crate) fn new(limits: ConnectionLimits) -> Self {
        Self { limits, open: Arc::default() }
    }

    /// A place for one more. `limited` is whether those of its address are limited too.
    ///
    /// # Errors
    /// [`TooManyConnections`].
    pub(crate) fn enter(&self, address: IpAddr, limited: bool) -> Result<Place, TooManyConnections> {
        let network = ClientNetwork::from(address);
        let mut open = self.open.lock().expect("no holder panics");
        let of_network = open.each.get(&network).copied().unwrap_or(0);
        let full = |limit: Option<NonZeroU32>, count: u32| limit.is_some_and(|limit| count >= limit.get());
        if full(self.limits.all, open.all) || (limited && full(self.limits.each, of_network)) {
            return Err(TooManyConnections);
        }
        open.all += 1;
        open.each.insert(network, of_network + 1);
        Ok(Place { connections: self.clone(), network })
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.open.lock().expect("no holder panics").all as usize
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.connections.open.lock().expect("no holder panics");
        open.all -= 1;
        match open.each.get_mut(&self.network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.each.remove(&self.network)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_once_it_is_left() {
        let limits = ConnectionLimits { all: NonZeroU32::new(3), each: NonZeroU32::new(2) };
        let connections = Connections::new(limits);
        let enter = |address: &str, limited| connections.enter(address.parse().unwrap(), limited);
        let (first, _second) = (enter("203.0.113.7", true).unwrap(), enter("203.0.113.7", true).unwrap());
        assert!(enter("203.0.113.7", true).is_err());
        let third = enter("203.0.113.7", false).unwrap();
        assert!(enter("203.0.113.8", true).is_err(), "three in all");
        assert_eq!(connections.count(), 3);
        drop((first, third));
        assert!(enter("203.0.113.8", true).is_ok());
        drop(enter("203.0.113.7", true).unwrap());
        assert_eq!(connections.count(), 1);
        assert_eq!(connections.open.lock().unwrap().each.len(), 1, "who has left is not counted any more");
    }
}
