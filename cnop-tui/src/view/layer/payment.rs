//! The window of a deposit, a withdrawal or a red pocket.

use cnop_core::api::ClaimAnswer;
use cnop_core::show;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::{errand_window, form_window};
use crate::app::layer::payment::{Kind, Payment};
use crate::view::{Canvas, cell};

pub(super) fn draw(canvas: &mut Canvas<'_, '_>, payment: &Payment, area: Rect) {
    match &payment.errand {
        Some(errand) => errand_window(canvas, payment.title(), errand, area),
        None => {
            let more = about(canvas, payment.kind);
            form_window(canvas, payment.title(), payment.fields(), more, area);
        }
    }
}

/// What may be moved.
fn about<'a>(canvas: &Canvas<'_, '_>, kind: Kind) -> Vec<Line<'a>> {
    let (wallet, theme) = (&canvas.state.data.wallet, canvas.theme);
    let limits = wallet.limits.get();
    let text = match kind {
        Kind::Deposit => {
            limits.map(|limits| format!("{} may still be paid in today", show::usd(limits.deposit.remaining)))
        }
        Kind::Withdrawal => limits.zip(wallet.balance.get()).map(|(limits, balance)| {
            let (left, there) = (show::usd(limits.withdraw.remaining), show::usd(balance.available_balance));
            format!("{left} may still be paid out today; {there} is available")
        }),
        Kind::Pocket => None,
    };
    let mut lines: Vec<_> = text.into_iter().map(|text| Line::styled(text, theme.dim)).collect();
    if kind != Kind::Pocket {
        lines.push(Line::styled("Enter does it at once, Esc leaves", theme.dim));
    }
    lines
}

const BIG: [&str; 10] = [
    "╔═════════════════════╗",
    "║ ╲                 ╱ ║",
    "║   ╲             ╱   ║",
    "║     ╲╭───────╮╱     ║",
    "║      │  福   │      ║",
    "║      ╰───────╯      ║",
    "║                     ║",
    "║    恭 喜 發 財      ║",
    "║                     ║",
    "╚═════════════════════╝",
];

const SMALL: [&str; 5] = ["┌───────────┐", "│ ╲       ╱ │", "│   ╲ ● ╱   │", "│           │", "└───────────┘"];

/// The pocket, big or small, and what was in it.
pub(super) fn pocket<'a>(canvas: &Canvas<'_, '_>, claim: &ClaimAnswer) -> Vec<Line<'a>> {
    let theme = canvas.theme;
    let drawing: &[&str] = if claim.got_red_pocket { &BIG } else { &SMALL };
    let mut lines: Vec<_> = drawing.iter().map(|line| Line::styled(*line, theme.down).centered()).collect();
    lines.push(Line::styled(format!("+ {}", show::usd(claim.amount)), theme.good).centered());
    lines.push(Line::styled(cell::plain(&claim.message), theme.text).centered());
    lines
}
