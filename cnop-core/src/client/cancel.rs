//! Taking back an order that waits. Where the answer is lost it may be sent again: an order is cancelled once.

use super::{Client, ClientError};
use crate::api::{Code, Data, Order};
use crate::order::OrderStatus;

impl Client {
    /// `DELETE /orders/{order_id}`: cancels an order that waits, and answers it as it is then.
    ///
    /// # Errors
    /// [`ClientError`]; refused with `order_not_found`, and with `order_not_cancellable` where it does not wait any more.
    pub async fn cancel_order(&self, id: &str) -> Result<Order, ClientError> {
        match self.delete(&["orders", id]).authorized().send::<Data<Order>>().await {
            Err(error) if error.is_transient() => self.cancel_once_more(id).await,
            answer => answer.map(|answer| answer.data),
        }
    }

    /// The request before may have arrived: then this one is refused, since what it asks for was done.
    async fn cancel_once_more(&self, id: &str) -> Result<Order, ClientError> {
        match self.delete(&["orders", id]).authorized().fetch::<Data<Order>>().await {
            Err(refusal) if is_not_cancellable(&refusal) => {
                let order = self.order(id).await?;
                if order.status == OrderStatus::Cancelled { Ok(order) } else { Err(refusal) }
            }
            answer => answer.map(|answer| answer.data),
        }
    }
}

fn is_not_cancellable(error: &ClientError) -> bool {
    matches!(error, ClientError::Refused { problem, .. } if problem.code == Code::OrderNotCancellable)
}

#[cfg(test)]
mod tests {
    use super::super::stub::{Stub, answer};
    use super::super::{ClientOptions, Origin};
    use super::*;

    const CANCELLED: &str = r#"{"data":{"order_id":"order_38GBM6DAO0000","order_type":"limit_buy","asset_id":"ETH",
        "quantity":"0.2","price":null,"status":"cancelled","total_amount":null,"created_at":"2026-02-15T08:00:00.000Z",
        "limit_price":"1500","executed_at":null,"expires_at":"2026-03-17T08:00:00.000Z","held_amount":null}}"#;

    const REFUSED: &str = r#"{"type":"/docs/errors/order_not_cancellable","title":"T","status":409,"detail":"D",
        "instance":"/api/v1/orders/x","code":"order_not_cancellable","message":"D",
        "timestamp":"2026-02-15T08:00:00.000Z","trace_id":"1"}"#;

    fn client(origin: &Origin) -> Client {
        Client::new(origin.clone(), ClientOptions::default()).unwrap()
    }

    #[track_caller]
    fn methods(stub: Stub) -> String {
        stub.requests().iter().map(|request| request.split(' ').next().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[tokio::test]
    async fn an_order_is_cancelled_with_one_request() {
        let stub = Stub::answering(vec![answer("200 OK", "", CANCELLED)]);
        let order = client(&stub.origin).cancel_order("order_38GBM6DAO0000").await.unwrap();
        assert_eq!(order.status, OrderStatus::Cancelled);
        let request = &stub.requests()[0];
        assert!(request.starts_with("DELETE /api/v1/orders/order_38GBM6DAO0000 HTTP/1.1\r\n"), "{request}");
    }

    #[tokio::test]
    async fn a_second_cancel_is_refused() {
        let stub = Stub::answering(vec![answer("409 Conflict", "", REFUSED)]);
        let error = client(&stub.origin).cancel_order("order_38GBM6DAO0000").await.unwrap_err();
        assert!(is_not_cancellable(&error), "{error:?}");
        assert_eq!(methods(stub), "DELETE");
    }

    #[tokio::test]
    async fn a_lost_answer_is_asked_for_again_and_read_off_the_order() {
        let [refused, order] = [answer("409 Conflict", "", REFUSED), answer("200 OK", "", CANCELLED)];
        let stub = Stub::answering(vec![String::new(), refused.clone(), order]);
        client(&stub.origin).cancel_order("order_38GBM6DAO0000").await.unwrap();
        assert_eq!(methods(stub), "DELETE DELETE GET");

        let executed = CANCELLED.replace("\"cancelled\"", "\"completed\"");
        let stub = Stub::answering(vec![String::new(), refused, answer("200 OK", "", &executed)]);
        let error = client(&stub.origin).cancel_order("order_38GBM6DAO0000").await.unwrap_err();
        assert!(is_not_cancellable(&error), "it was executed before: {error:?}");
        assert_eq!(methods(stub), "DELETE DELETE GET");
    }
}
