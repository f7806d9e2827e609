//! Which phrases open a big red pocket.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, ensure};
use cnop_core::ledger::RedPocket;
use cnop_core::money::{TransferAmount, Usd};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What any other phrase gets, in USD: for luck.
const SMALL: &str = "8.88";

/// Phrases and what they bring.
#[derive(Debug, Default)]
pub(crate) struct Phrases(HashMap<String, Usd>);

/// The file: two lists of the same length.
#[derive(Deserialize)]
struct File {
    secret_words: Vec<String>,
    amounts: Vec<Box<RawValue>>,
}

impl Phrases {
    /// Reads the list from a file.
    ///
    /// # Errors
    /// Where the file cannot be read, is not of that form, or an amount is no amount.
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", file.display()))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let File { secret_words, amounts } =
            serde_json::from_str(text).context(r#"it must be {"secret_words": [...], "amounts": [...]}"#)?;
        ensure!(secret_words.len() == amounts.len(), "secret_words and amounts must have the same length");
        let pairs = secret_words.into_iter().zip(amounts).enumerate().map(|(place, (phrase, amount))| {
            let amount: TransferAmount =
                amount.get().trim_matches('"').parse().with_context(|| format!("amount number {}", place + 1))?;
            Ok((phrase.trim().to_owned(), amount.get()))
        });
        pairs.collect::<anyhow::Result<_>>().map(Self)
    }

    /// What a phrase opens.
    pub(crate) fn open(&self, phrase: &str) -> RedPocket {
        match self.0.get(phrase.trim()) {
            Some(amount) => RedPocket { amount: *amount, big: true },
            None => RedPocket { amount: small(), big: false },
        }
    }
}

fn small() -> Usd {
    SMALL.parse().expect("a few dollars are an amount")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_of_the_list_opens_a_big_pocket() {
        let phrases =
            Phrases::parse(r#"{"secret_words": ["恭喜發財", " good luck "], "amounts": [888, "88.8"]}"#).unwrap();
        assert_eq!(phrases.open(" 恭喜發財\n"), RedPocket { amount: Usd::whole(888), big: true });
        assert_eq!(phrases.open("good luck"), RedPocket { amount: "88.8".parse().unwrap(), big: true });
        assert_eq!(phrases.open("Good luck"), RedPocket { amount: "8.88".parse().unwrap(), big: false });
        assert!(!Phrases::default().open("").big);
    }

    #[test]
    fn a_list_of_another_form_is_refused() {
        for text in ["[]", r#"{"secret_words": ["a"], "amounts": []}"#, r#"{"secret_words": ["a"], "amounts": [-1]}"#] {
            assert!(Phrases::parse(text).is_err(), "{text}");
        }
    }
}
