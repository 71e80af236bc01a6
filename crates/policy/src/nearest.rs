//! "Did you mean …?": the known name that is nearest to a mistyped one.

/// The candidate that fewest slips away from `name`, if it is near enough to be what was meant.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name: Vec<char> = name.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    let allowed = (name.len() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (slips(&name, candidate), candidate))
        .filter(|(slips, _)| *slips <= allowed)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, left out, exchanged or swapped with their neighbour.
fn slips(name: &[char], candidate: &str) -> usize {
    let candidate: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=candidate.len()).collect();
    for (row, letter) in name.iter().enumerate() {
        let mut current = Vec::with_capacity(above.len());
        current.push(row + 1);
        for (column, other) in candidate.iter().enumerate() {
            let cost = |line: &[usize], at: usize| line.get(at).copied().unwrap_or(usize::MAX / 2);
            let exchanged = cost(&above, column) + usize::from(letter != other);
            let shifted = cost(&above, column + 1).min(cost(&current, column)) + 1;
            let mut best = exchanged.min(shifted);
            let swapped = row > 0
                && column > 0
                && name.get(row - 1) == Some(other)
                && candidate.get(column - 1) == Some(letter);
            if swapped {
                best = best.min(cost(&before, column - 1) + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

/// Longer names aren't looked at: they are no typing mistake.
const LONGEST: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["set-header", "set-body", "base", "forward-request"];

    #[test]
    fn a_slip_is_recognised() {
        assert_eq!(nearest("set-heder", NAMES), Some("set-header"));
        assert_eq!(nearest("Set-Header", NAMES), Some("set-header"));
        assert_eq!(nearest("bsae", NAMES), Some("base"));
        assert_eq!(nearest("forwardrequest", NAMES), Some("forward-request"));
    }

    #[test]
    fn another_word_is_not() {
        assert_eq!(nearest("throttle", NAMES), None);
        assert_eq!(nearest("", NAMES), None);
        assert_eq!(nearest(&"x".repeat(10_000), NAMES), None);
    }
}
