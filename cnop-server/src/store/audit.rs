//! The audit trail: who did what, from where, when, and how it ended.
//!
//! It has two sources. Acts that move no money have rows of their own in the table `audit`; orders and money moves are their
//! ledger rows, which `activity` lists by time. Both carry request and address, and a page shows them merged.

use cnop_core::ids::{OrderId, Sequence, TransactionId};
use cnop_core::order::{LimitState, Side};
use cnop_core::time::Timestamp;
use cnop_core::user::Username;

use super::activity::{Activity, ActivityKind};
use super::codec::{self, decode};
use super::failure::StorageFailure;
use super::key::{self, Kind, UserNumber};
use super::origin::Origin;
use super::page::{Page, PageRequest, Sequenced, collect, merge_newest_first};
use super::rows::{Act, AdminAct, AuditRow, CashMoveKind, CashMoveRow, LimitOrderRow, LimitStateRow, OrderRow};
use super::space::{Source, Space};
use super::view::Snapshot;
use crate::guard::ClientNetwork;

/// Rows that the mirror takes at a time.
const TAIL_LENGTH: usize = 512;

/// What is said of an act beside its name, on its way into the trail and out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Particulars {
    /// Whose account it was about.
    pub(crate) user: Option<String>,
    /// The administrator who did it.
    pub(crate) by: Option<String>,
    /// What else it was done to.
    pub(crate) target: Option<String>,
    /// More about it.
    pub(crate) detail: Option<String>,
    /// How many times.
    pub(crate) count: u32,
    /// The request behind it.
    pub(crate) origin: Option<Origin>,
}

/// An act on its way into the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditDraft {
    /// What was done.
    pub(crate) act: Act,
    /// The rest.
    pub(crate) particulars: Particulars,
}

impl AuditDraft {
    /// An act of the server itself.
    pub(crate) fn of(act: Act) -> Self {
        let particulars = Particulars { user: None, by: None, target: None, detail: None, count: 1, origin: None };
        Self { act, particulars }
    }

    /// About a user's account.
    #[must_use]
    pub(crate) fn about(mut self, user: &Username) -> Self {
        self.particulars.user = Some(user.to_string());
        self
    }

    /// Done to something.
    #[must_use]
    pub(crate) fn to(mut self, target: impl ToString) -> Self {
        self.particulars.target = Some(target.to_string());
        self
    }

    /// With more to say.
    #[must_use]
    pub(crate) fn saying(mut self, detail: impl Into<String>) -> Self {
        self.particulars.detail = Some(detail.into());
        self
    }

    /// By a request.
    #[must_use]
    pub(crate) fn from(mut self, origin: &Origin) -> Self {
        self.particulars.origin = Some(origin.clone());
        self
    }

    /// By an administrator.
    #[must_use]
    pub(crate) fn by(mut self, admin: impl ToString) -> Self {
        self.particulars.by = Some(admin.to_string());
        self
    }
}

impl From<AuditDraft> for AuditRow {
    fn from(draft: AuditDraft) -> Self {
        let AuditDraft { act, particulars: Particulars { user, by, target, detail, count, origin } } = draft;
        Self { act, user, by, target, detail, count, origin: origin.map(Into::into) }
    }
}

/// An entry of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AuditRecord {
    /// Its place in the sequence: id and time.
    pub(crate) sequence: Sequence,
    /// What was done, by its name.
    pub(crate) action: &'static str,
    /// Whether it was done, or refused.
    pub(crate) success: bool,
    /// The rest.
    pub(crate) particulars: Particulars,
}

impl Act {
    /// Its name: OWASP's logging vocabulary, where that has one.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::UserCreated => "user_created",
            Self::UserUpdated => "user_updated",
            Self::LoginSuccess => "authn_login_success",
            Self::LoginFail => "authn_login_fail",
            Self::LoginFailMax => "authn_login_fail_max",
            Self::LoginLock => "authn_login_lock",
            Self::RateLimitExceeded => "excess_rate_limit_exceeded",
            Self::SessionRenewed => "session_renewed",
            Self::TokenRevoked => "authn_token_revoked",
            Self::PasswordChange => "authn_password_change",
            Self::PasswordChangeFail => "authn_password_change_fail",
            Self::RedPocketClaimed => "red_pocket_claimed",
            Self::AuthorizationFail => "authz_fail",
            Self::Admin(act) => act.name(),
            Self::Startup => "sys_startup",
            Self::Shutdown => "sys_shutdown",
        }
    }

    fn is_success(self) -> bool {
        !matches!(
            self,
            Self::LoginFail
                | Self::LoginFailMax
                | Self::RateLimitExceeded
                | Self::PasswordChangeFail
                | Self::AuthorizationFail
        )
    }
}

impl AdminAct {
    /// Its name: `authz_admin`, and which.
    fn name(self) -> &'static str {
        match self {
            Self::AddressBlocked => "authz_admin_ip_blocked",
            Self::AddressUnblocked => "authz_admin_ip_unblocked",
            Self::AdminCreated => "authz_admin_created",
            Self::UserDisabled => "authz_admin_user_disabled",
            Self::UserEnabled => "authz_admin_user_enabled",
            Self::PasswordReset => "authz_admin_password_reset",
            Self::AssetDisabled => "authz_admin_asset_disabled",
            Self::AssetEnabled => "authz_admin_asset_enabled",
            Self::Backup => "authz_admin_backup",
            Self::Verify => "authz_admin_verify",
            Self::KeyRotated => "authz_admin_key_rotated",
            Self::Restored => "authz_admin_restored",
            Self::UserCreated => "authz_admin_user_created",
        }
    }
}

/// Which entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AuditFilter {
    /// About this user, or done by them.
    pub(crate) user: Option<Username>,
    /// Of this name, or whose name begins with it.
    pub(crate) action: Option<String>,
    /// From this client network.
    pub(crate) address: Option<ClientNetwork>,
    /// From this moment on.
    pub(crate) since: Option<Timestamp>,
}

impl AuditFilter {
    fn is_any(&self) -> bool {
        *self == Self::default()
    }

    fn takes(&self, record: &AuditRecord) -> bool {
        let of = |user: &Username| {
            [&record.particulars.user, &record.particulars.by].into_iter().flatten().any(|name| name == user.as_str())
        };
        let from = |network| {
            record.particulars.origin.as_ref().is_some_and(|origin| ClientNetwork::from(origin.address) == network)
        };
        self.user.as_ref().is_none_or(of)
            && self.action.as_ref().is_none_or(|action| record.action.starts_with(action.as_str()))
            && self.address.is_none_or(|network| {
                from(network) || record.particulars.target.as_ref().is_some_and(|target| *target == network.to_string())
            })
    }
}

/// A row of either source, not yet looked up.
type RawEntry<'s> = (Sequence, Trail, redb::AccessGuard<'s, &'static [u8]>);

/// Where an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trail {
    Own,
    Ledger,
}

impl Sequenced for RawEntry<'_> {
    fn sequence(&self) -> Sequence {
        self.0
    }
}

impl<'s, S: Source> Snapshot<'s, S> {
    /// A page of the trail, newest first.
    pub(crate) fn audit(
        &self,
        filter: &AuditFilter,
        request: PageRequest,
    ) -> Result<Page<AuditRecord>, StorageFailure> {
        let from = filter.since.map_or(Sequence::from_u64(0), Sequence::first_of);
        let own = self.raw_audit(Space::Audit, Trail::Own, from, request.before())?;
        let ledger = self.raw_audit(Space::Activity, Trail::Ledger, from, request.before())?;
        let user = filter.user.as_ref().map(|name| self.user_named(name)).transpose()?;
        collect(merge_newest_first(own, ledger), request, filter.is_any(), |(sequence, source, row)| {
            let record = match source {
                Trail::Own => own_record(*sequence, decode(row.value())?),
                Trail::Ledger => {
                    let activity = Activity::from_bytes(row.value())?;
                    if user.is_some_and(|user| user != Some(activity.user)) {
                        return Ok(None); // Spares looking up what is another's.
                    }
                    self.ledger_record(*sequence, activity)?
                }
            };
            Ok(filter.takes(&record).then_some(record))
        })
    }

    /// What came after an entry of the trail's own, oldest first.
    pub(crate) fn audit_after(&self, last: Sequence) -> Result<Vec<AuditRecord>, StorageFailure> {
        let Some(next) = last.as_u64().checked_add(1) else { return Ok(vec![]) };
        let (from, to) = (key::age(Sequence::from_u64(next)), key::age(Sequence::from_u64(u64::MAX)));
        let rows = self.source().range(Space::Audit, &from[..]..=&to[..])?;
        rows.take(TAIL_LENGTH)
            .map(|row| {
                let (key, value) = row.map_err(StorageFailure::from)?;
                Ok(own_record(codec::sequence(key.value())?, decode(value.value())?))
            })
            .collect()
    }

    fn raw_audit(
        &self,
        space: Space,
        of: Trail,
        from: Sequence,
        before: Option<Sequence>,
    ) -> Result<impl Iterator<Item = Result<RawEntry<'s>, StorageFailure>> + use<'s, S>, StorageFailure> {
        let newest = key::newest_before(before).filter(|newest| *newest >= from);
        let rows =
            newest.map(|newest| self.source().range(space, &key::age(from)[..]..=&key::age(newest)[..])).transpose()?;
        Ok(rows.into_iter().flat_map(Iterator::rev).map(move |row| {
            let (key, value) = row.map_err(StorageFailure::from)?;
            Ok((codec::sequence(key.value())?, of, value))
        }))
    }

    /// What a ledger row says of itself.
    fn ledger_record(&self, sequence: Sequence, activity: Activity) -> Result<AuditRecord, StorageFailure> {
        let Activity { user, kind } = activity;
        let (action, target, detail, origin) = match kind {
            ActivityKind::MarketOrder => {
                let OrderRow::Market(row) = self.ledger_row(user, Kind::Order, sequence)?;
                let trade = row.trade();
                let detail = format!(
                    "{} {} {} at {} for {}",
                    side(trade.side),
                    trade.quantity,
                    trade.asset_id,
                    trade.price,
                    trade.total
                );
                ("order_executed", OrderId::new(sequence).to_string(), detail, row.origin.origin())
            }
            ActivityKind::CashMove => {
                let row: CashMoveRow = self.ledger_row(user, Kind::CashMove, sequence)?;
                let action = match row.kind {
                    CashMoveKind::Deposit => "deposit",
                    CashMoveKind::Withdrawal => "withdrawal",
                    CashMoveKind::RedPocket { .. } => "red_pocket",
                };
                (action, TransactionId::new(sequence).to_string(), row.amount.to_string(), row.origin.origin())
            }
            ActivityKind::LimitOrder => {
                let row: LimitOrderRow = self.ledger_row(user, Kind::LimitOrder, sequence)?;
                let order = row.order();
                let detail =
                    format!("{} {} {} at {} or better", side(order.side), order.quantity, order.asset_id, order.limit);
                ("order_placed", OrderId::new(sequence).to_string(), detail, row.placed_by.origin())
            }
            ActivityKind::Fill(placed) | ActivityKind::End(placed) => {
                let row: LimitOrderRow = self.ledger_row(user, Kind::LimitOrder, placed)?;
                let (action, detail, origin) = ended(&row);
                (action, OrderId::new(placed).to_string(), detail, origin)
            }
        };
        let user = Some(self.user(user)?.profile.username.to_string());
        let (target, detail) = (Some(target), Some(detail));
        let particulars = Particulars { user, by: None, target, detail, count: 1, origin };
        Ok(AuditRecord { sequence, action, success: true, particulars })
    }

    fn ledger_row<R: super::codec::Row>(
        &self,
        user: UserNumber,
        kind: Kind,
        sequence: Sequence,
    ) -> Result<R, StorageFailure> {
        let row = self.source().get(Space::Accounts, &key::entry(user, kind, sequence))?;
        decode(row.ok_or(StorageFailure::Missing(R::WHAT))?.value())
    }
}

/// How a limit order ended: name, more about it, and whose request ended it.
fn ended(row: &LimitOrderRow) -> (&'static str, String, Option<Origin>) {
    let order = row.order();
    let what = format!("{} {} {}", side(order.side), order.quantity, order.asset_id);
    // The market executes and ends what its owner's request placed.
    let placed_by = row.placed_by.origin();
    match (&order.state, &row.state) {
        (LimitState::Completed { price, total, .. }, _) => {
            ("order_executed", format!("{what} at {price} for {total}"), placed_by)
        }
        (_, LimitStateRow::Cancelled { by: Some(by), .. }) => ("order_cancelled", what, by.origin()),
        (LimitState::Cancelled { .. }, _) => {
            ("order_cancelled", format!("{what}: not available for purchase"), placed_by)
        }
        (LimitState::Expired { .. }, _) => ("order_expired", what, placed_by),
        (LimitState::Failed { .. } | LimitState::Queued, _) => ("order_failed", what, placed_by),
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

fn own_record(sequence: Sequence, row: AuditRow) -> AuditRecord {
    let AuditRow { act, user, by, target, detail, count, origin } = row;
    let origin = origin.and_then(|origin| origin.origin());
    let particulars = Particulars { user, by, target, detail, count, origin };
    AuditRecord { sequence, action: act.name(), success: act.is_success(), particulars }
}
