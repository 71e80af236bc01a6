//! What reading one PFX may cost, counted before the cost arises.

use domain::pfx::Refusal;

use crate::limits::{MAX_PIECES, MAX_ROUNDS, MAX_ROUNDS_IN_ALL, MAX_SALT_BYTES};

/// The meter of one file. Every key derivation is planned when the file names it, so that a file which asks for
/// too much is refused before the first one runs.
#[derive(Default)]
pub(super) struct Budget {
    planned: u64,
    spent: u64,
    pieces: usize,
}

impl Budget {
    /// Takes a key derivation of that many rounds into the plan.
    pub(super) fn plan(&mut self, rounds: u64) -> Result<u32, Refusal> {
        if rounds == 0 {
            return Err(Refusal::Corrupt);
        }
        if rounds > MAX_ROUNDS {
            return Err(too_expensive(format!(
                "a key derivation of more than {} rounds",
                thousands(MAX_ROUNDS)
            )));
        }
        self.planned += rounds;
        if self.planned > MAX_ROUNDS_IN_ALL {
            return Err(too_many_rounds());
        }
        u32::try_from(rounds).map_err(|_| too_many_rounds())
    }

    /// Notes that a key derivation is about to run; a second try with another writing of the password counts too.
    pub(super) fn spend(&mut self, rounds: u32) -> Result<(), Refusal> {
        let spent = self.spent + u64::from(rounds);
        if spent > MAX_ROUNDS_IN_ALL {
            return Err(too_many_rounds());
        }
        self.spent = spent;
        Ok(())
    }

    /// Counts one more safe or bag.
    pub(super) fn count_piece(&mut self) -> Result<(), Refusal> {
        self.pieces += 1;
        if self.pieces > MAX_PIECES {
            return Err(too_expensive(format!("more than {MAX_PIECES} safes and bags")));
        }
        Ok(())
    }

    /// Lets a salt of honest length through.
    pub(super) fn check_salt(&self, salt: &[u8]) -> Result<(), Refusal> {
        if salt.len() > MAX_SALT_BYTES {
            return Err(too_expensive(format!("a salt of more than {} KiB", MAX_SALT_BYTES >> 10)));
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn spent(&self) -> u64 {
        self.spent
    }
}

pub(super) fn too_expensive(what: impl Into<String>) -> Refusal {
    Refusal::TooExpensive { what: what.into() }
}

fn too_many_rounds() -> Refusal {
    too_expensive(format!("key derivations of more than {} rounds together", thousands(MAX_ROUNDS_IN_ALL)))
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
