//! Sorting by an order that need not be one: numbers among texts, and NaN, come before and after nothing. The standard
//! library may panic at that, and what is sorted comes from callers.

use std::cmp::Ordering;

/// Sorts; what is equal stays in its order. Whatever the order says, it ends and loses nothing.
pub(crate) fn sorted<T>(items: Vec<T>, order: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut runs: Vec<Vec<T>> = items.into_iter().map(|item| vec![item]).collect();
    while runs.len() > 1 {
        let mut pairs = runs.into_iter();
        let mut merged = Vec::new();
        while let Some(one) = pairs.next() {
            merged.push(match pairs.next() {
                Some(other) => merge(one, other, &order),
                None => one,
            });
        }
        runs = merged;
    }
    runs.pop().unwrap_or_default()
}

fn merge<T>(one: Vec<T>, other: Vec<T>, order: &impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    while let (Some(left), Some(right)) = (one.peek(), other.peek()) {
        let first = if order(left, right) == Ordering::Greater { &mut other } else { &mut one };
        merged.extend(first.next());
    }
    merged.extend(one);
    merged.extend(other);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_and_keeps_equals_in_their_order() {
        let items = vec![(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e')];
        let sorted = sorted(items, |one, two| one.0.cmp(&two.0));
        assert_eq!(sorted, [(1, 'b'), (1, 'e'), (2, 'd'), (3, 'a'), (3, 'c')]);
    }

    #[test]
    fn an_order_that_is_none_loses_nothing() {
        let mut all = sorted((0..1000).collect(), |one: &i32, two| (one * 7 % 13).cmp(&(two * 5 % 11)));
        all.sort_unstable();
        assert_eq!(all, (0..1000).collect::<Vec<_>>());
    }
}
