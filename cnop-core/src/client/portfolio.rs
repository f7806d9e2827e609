//! The portfolio and what is said of it.

use super::request::ANSWER_TIMEOUT;
use super::{Client, ClientError};
use crate::api::{Data, Insight, Portfolio};

impl Client {
    /// `GET /portfolio`: cash and assets at current prices.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn portfolio(&self) -> Result<Portfolio, ClientError> {
        self.get(&["portfolio"]).authorized().fetch().await
    }

    /// `GET /insights/portfolio`: a few sentences about the portfolio; `refresh` has them written anew.
    ///
    /// A model may take 30 s and costs money, so that it is asked once.
    ///
    /// # Errors
    /// [`ClientError`]; refused with an `insights_…` code.
    pub async fn insight(&self, refresh: bool) -> Result<Insight, ClientError> {
        let request = self.get(&["insights", "portfolio"]).authorized().query("refresh", refresh.then_some(true));
        let answer: Data<Insight> = request.timeout(ANSWER_TIMEOUT).send().await?;
        Ok(answer.data)
    }
}
