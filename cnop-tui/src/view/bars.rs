//! Shares and limits as bars.

use ratatui::text::Span;

use super::theme::Theme;

/// So much of `columns` filled, and the rest as a track.
pub(super) fn gauge<'a>(hundredths: i128, columns: usize, theme: &Theme) -> [Span<'a>; 2] {
    let bar = bar(hundredths, columns);
    let filled = bar.trim_end_matches(' ');
    let track = "░".repeat(bar.chars().count() - filled.chars().count());
    [Span::styled(filled.to_owned(), theme.accent), Span::styled(track, theme.dim)]
}

/// So much of `columns` filled, in eighths.
fn bar(hundredths: i128, columns: usize) -> String {
    const PARTS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let eighths = (hundredths.clamp(0, 10_000) * columns as i128 * 8 / 10_000) as usize;
    let (full, rest) = (eighths / 8, eighths % 8);
    let mut bar: String = std::iter::repeat_n('█', full).collect();
    if full < columns {
        bar.push(PARTS[rest]);
        bar.extend(std::iter::repeat_n(' ', columns - full - 1));
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_always_as_wide_as_it_should_be() {
        for hundredths in [-5, 0, 1, 333, 5_000, 9_999, 10_000, 20_000] {
            for columns in [0, 1, 7, 40] {
                assert_eq!(bar(hundredths, columns).chars().count(), columns, "{hundredths} of {columns}");
            }
        }
        assert_eq!(bar(5_000, 4), "██  ");
        assert_eq!(bar(1_250, 1), "▏");
    }
}
