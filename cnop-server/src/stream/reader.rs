//! A stream as its connection sees it: a body that never ends of itself.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

use super::hub::{Hub, ReaderId};
use super::queue::Events;

/// What the hub gives to a new reader.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: ReaderId,
    pub(super) events: Events,
}

/// An open stream; it is left when dropped.
pub(crate) struct Reader {
    place: Place,
    hub: Arc<Mutex<Hub>>,
}

impl Reader {
    pub(super) fn new(place: Place, hub: Arc<Mutex<Hub>>) -> Self {
        Self { place, hub }
    }
}

impl Body for Reader {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.place.events.poll_next(context).map(|event| event.map(|event| Ok(Frame::data(event))))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // A panic has been reported already, and must not become two.
        if let Ok(mut hub) = self.hub.lock() {
            hub.leave(self.place.id);
        }
    }
}
