//! What was acknowledged is there after `kill -9`, all of it and once.

use cnop_core::api::{Order, PasswordChange, ProfileUpdate, Transaction, User as Profile};
use cnop_core::ids::IdempotencyKey;
use cnop_core::money::Usd;
use cnop_core::order::{OrderType, TransactionType};
use cnop_tests::{DataFolder, PASSWORD, TestServer, User};

use crate::exact::ledger;
use crate::problem::check_refused;

/// Claims have no id: one a day is all there is.
const CLAIM: &str = "the red pocket";

/// What the server has acknowledged to one user.
struct Record {
    user: User,
    /// Sessions that were ended.
    dead: Vec<User>,
    /// Newest first.
    orders: Vec<Order>,
    /// Every change of the balance, newest first: what caused it, and the amount.
    changes: Vec<(String, Usd)>,
    profile: Profile,
}

/// Everything a user can do that must last, one step after another.
#[derive(Debug, Clone, Copy)]
enum Step {
    Deposit,
    Buy,
    BuyAnother,
    SellHalf,
    Claim,
    Withdraw,
    SellAll,
    Profile,
    Logout,
    Password,
    Refresh,
}

const STEPS: [Step; 11] = [
    Step::Deposit,
    Step::Buy,
    Step::BuyAnother,
    Step::SellHalf,
    Step::Claim,
    Step::Withdraw,
    Step::SellAll,
    Step::Profile,
    Step::Logout,
    Step::Password,
    Step::Refresh,
];

#[tokio::test]
async fn each_step_survives_a_kill_right_after_its_answer() {
    let mut server = TestServer::start();
    let mut record = Record::of(User::register(&server).await).await;
    let witness = User::funded(&server, 77).await;
    for step in STEPS {
        record.perform(step, &server).await;
        server = server.kill().start();
        record.check(&server, step).await;
        assert_eq!(witness.on(&server).cash().await.to_string(), "77", "after {step:?}");
    }
    assert_eq!((record.orders.len(), record.dead.len()), (4, 3));
    server.kill().assert_sound();
}

impl Record {
    async fn of(user: User) -> Self {
        let profile = user.client.profile().await.unwrap();
        Self { user, dead: Vec::new(), orders: Vec::new(), changes: Vec::new(), profile }
    }

    /// Does one step and notes what was answered. Nothing is asked between the answer and the kill.
    async fn perform(&mut self, step: Step, server: &TestServer) {
        self.user = self.user.on(server);
        let (user, key) = (self.user.clone(), IdempotencyKey::generate());
        match step {
            Step::Deposit => {
                let moved = user.client.deposit("5000".parse().unwrap(), &key).await.unwrap().answer;
                self.changes.insert(0, (moved.transaction_id.to_string(), "5000".parse().unwrap()));
            }
            Step::Withdraw => {
                let moved = user.client.withdraw("123".parse().unwrap(), &key).await.unwrap().answer;
                self.changes.insert(0, (moved.transaction_id.to_string(), "-123".parse().unwrap()));
            }
            Step::Claim => {
                let claimed = user.client.claim("x", &key).await.unwrap().answer;
                self.changes.insert(0, (CLAIM.to_owned(), claimed.amount));
            }
            Step::Buy => self.note(user.buy("ETH", "1.00000001").await),
            Step::BuyAnother => self.note(user.buy("SHIB", "123456.789").await),
            Step::SellHalf => self.note(user.sell("ETH", "0.5").await),
            Step::SellAll => self.note(user.sell("ETH", "0.50000001").await),
            Step::Profile => self.profile = rename(&user).await,
            Step::Logout => self.log_out_another(server).await,
            Step::Password => self.change_password(server).await,
            Step::Refresh => self.refresh().await,
        }
    }

    fn note(&mut self, order: Order) {
        let total = order.total_amount.unwrap();
        let change = if order.order_type == OrderType::MarketBuy { total.negated() } else { total };
        self.changes.insert(0, (order.order_id.to_string(), change));
        self.orders.insert(0, order);
    }

    async fn log_out_another(&mut self, server: &TestServer) {
        let other = User::log_in(server, &self.user.username).await;
        other.client.logout().await.unwrap();
        self.dead.push(other);
    }

    async fn change_password(&mut self, server: &TestServer) {
        let other = User::log_in(server, &self.user.username).await;
        let new_password = "Battery-Staple-8".parse().unwrap();
        let change = PasswordChange { current_password: PASSWORD.to_owned().into(), new_password };
        self.user.client.change_password(&change).await.unwrap();
        self.dead.push(other);
    }

    async fn refresh(&mut self) {
        let answer = self.user.client.refresh().await.unwrap();
        self.dead.push(self.user.clone());
        self.user.token = answer.access_token;
    }

    /// Holds that the server has exactly what it acknowledged.
    async fn check(&self, server: &TestServer, step: Step) {
        let user = self.user.on(server);
        let orders = user.all_orders().await;
        assert_eq!(orders, self.orders, "after {step:?}");
        let changes: Vec<_> = user.all_transactions().await.into_iter().map(cause_and_amount).collect();
        assert_eq!(changes, self.changes, "after {step:?}");
        assert_eq!(user.client.profile().await.unwrap(), self.profile, "after {step:?}");
        let cash: i128 = changes.iter().map(|(_, amount)| ledger(amount)).sum();
        assert_eq!(ledger(user.cash().await), cash, "after {step:?}");
        for asset in user.client.portfolio().await.unwrap().assets {
            let traded = |order: &&Order| order.asset_id == asset.asset_id;
            let owned: i128 = orders.iter().filter(traded).map(signed_quantity).sum();
            assert_eq!(ledger(asset.quantity), owned, "{} after {step:?}", asset.asset_id);
        }
        for dead in &self.dead {
            check_refused(&dead.raw(server).get("/balance").await, 401, "token_revoked", &[]);
        }
    }
}

/// What stands for the cause of a change: its order, the claim, or else itself.
fn cause_and_amount(transaction: Transaction) -> (String, Usd) {
    let itself = || match transaction.transaction_type {
        TransactionType::SystemAdjustment => CLAIM.to_owned(),
        _ => transaction.transaction_id.to_string(),
    };
    (transaction.reference_id.unwrap_or_else(itself), transaction.amount)
}

fn signed_quantity(order: &Order) -> i128 {
    let sign = if order.order_type == OrderType::MarketBuy { 1 } else { -1 };
    sign * ledger(order.quantity)
}

async fn rename(user: &User) -> Profile {
    let update = ProfileUpdate {
        first_name: Some("Grace".parse().unwrap()),
        email: Some("grace@example.com".parse().unwrap()),
        ..ProfileUpdate::default()
    };
    user.client.update_profile(&update).await.unwrap().user
}

#[tokio::test]
async fn a_registration_survives_a_kill_right_after_its_answer() {
    let folder = DataFolder::new();
    let mut names = Vec::new();
    for _ in 0..3 {
        let server = folder.start();
        names.push(User::register(&server).await.username);
        server.kill();
    }
    let server = folder.start();
    for name in &names {
        assert_eq!(User::log_in(&server, name).await.client.profile().await.unwrap().username.as_str(), name);
    }
    server.kill().assert_sound();
}
