//! Requests that move money: sent once, and never left in doubt while the server can be asked.
//!
//! Where the answer is lost, the idempotency key is settled: that tells what became of the request, and makes sure that
//! it does not happen later after all.

use std::time::Duration;

use cnop_core::api::{SettleAnswer, SettleOutcome};
use cnop_core::client::{Client, ClientError, Done};
use cnop_core::ids::IdempotencyKey;
use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::interrupt;
use crate::printer::Printer;

/// A server that restarts is back within these; together with [`SETTLE_WITHIN`] what a person will wait for.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// How long a server that accepts questions and does not answer is asked.
const SETTLE_WITHIN: Duration = Duration::from_secs(60);

/// One movement of money.
pub(crate) struct Move<'a> {
    /// Who is asked, with a session.
    pub(crate) client: &'a Client,
    /// Who tells about it.
    pub(crate) printer: &'a Printer,
    /// What it is, such as `purchase`.
    pub(crate) what: &'static str,
}

impl Move<'_> {
    /// Sends `request` under a new key. `T` is read from the settled answer where the first one was lost.
    pub(crate) async fn perform<T: DeserializeOwned>(
        &self,
        request: impl AsyncFnOnce(&IdempotencyKey) -> Result<Done<T>, ClientError>,
    ) -> Result<T, Failure> {
        self.perform_as(request, |answer: T| answer).await
    }

    /// As [`Move::perform`], where the body holds the answer in a wrapping `W`.
    pub(crate) async fn perform_as<T, W: DeserializeOwned>(
        &self,
        request: impl AsyncFnOnce(&IdempotencyKey) -> Result<Done<T>, ClientError>,
        unwrap: impl FnOnce(W) -> T,
    ) -> Result<T, Failure> {
        let key = IdempotencyKey::generate();
        let attempt = async {
            match request(&key).await {
                Ok(done) => Ok(done.answer),
                Err(error) if error.leaves_outcome_unknown() => self.settle(&key, error).await.map(unwrap),
                Err(error) => Err(error.into()),
            }
        };
        // The attempt comes first: an answer that is there is worth more than the wish to stop waiting for it.
        tokio::select! {
            biased;
            result = attempt => result,
            () = interrupt::pressed() => Err(self.unknown(&key, "you stopped waiting for the answer")),
        }
    }

    async fn settle<W: DeserializeOwned>(&self, key: &IdempotencyKey, lost: ClientError) -> Result<W, Failure> {
        self.printer.note(&format!("{lost}; asking what became of the {}", self.what));
        let settled = tokio::time::timeout(SETTLE_WITHIN, self.ask_until_answered(key)).await;
        match settled {
            Ok(Ok(settled)) => self.outcome(&settled, lost),
            Ok(Err(error)) => Err(self.unknown(key, &error.to_string())),
            Err(_) => Err(self.unknown(key, &lost.to_string())),
        }
    }

    async fn ask_until_answered(&self, key: &IdempotencyKey) -> Result<SettleAnswer, ClientError> {
        for pause in PAUSES {
            match self.client.settle(key).await {
                Err(error) if may_pass(&error) => tokio::time::sleep(pause).await,
                settled => return settled,
            }
        }
        self.client.settle(key).await
    }

    fn outcome<W: DeserializeOwned>(&self, settled: &SettleAnswer, lost: ClientError) -> Result<W, Failure> {
        match (settled.outcome, &settled.answer) {
            (SettleOutcome::Void, _) => Err(Failure::NotDone { what: self.what, cause: lost }),
            (SettleOutcome::Done, answer) => {
                self.printer.note(&format!("the {} was done", self.what));
                let read = answer.as_ref().and_then(|answer| serde_json::from_str(answer.get()).ok());
                read.ok_or(Failure::AnswerUnreadable { what: self.what })
            }
        }
    }

    fn unknown(&self, key: &IdempotencyKey, reason: &str) -> Failure {
        Failure::OutcomeUnknown { what: self.what, key: key.clone(), reason: reason.to_owned() }
    }
}

/// Whether asking again may help: not where the server refuses the question itself.
fn may_pass(error: &ClientError) -> bool {
    !matches!(error, ClientError::Refused { problem, .. } if problem.status < 500)
}
