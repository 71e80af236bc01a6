//! An id for something new, after its name.

use crate::error::Error;

/// The suggested id, or, when it is taken, the first of its numbered ones that isn't.
pub(crate) fn free_id<I: Clone>(
    suggested: &I,
    numbered: impl Fn(&I, u32) -> I,
    is_taken: impl Fn(&I) -> Result<bool, Error>,
) -> Result<I, Error> {
    let mut id = suggested.clone();
    let mut number = 1;
    while is_taken(&id)? {
        number += 1;
        id = numbered(suggested, number);
    }
    Ok(id)
}
