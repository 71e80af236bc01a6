//! May this actor do this?

use domain::user::{Actor, Role};

use crate::error::Error;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Read what the portal shows.
    Look,
    /// Change certificates, APIs and policies.
    Publish,
}

/// Lets pass or refuses. Every use case calls it first.
pub(crate) fn allow(actor: &Actor, act: Act) -> Result<(), Error> {
    let allowed = match actor {
        Actor::Anonymous => false,
        Actor::System => true,
        Actor::User { role: Role::Administrator | Role::Publisher, .. } => true,
        Actor::User { role: Role::Viewer, .. } => act == Act::Look,
    };
    if allowed { Ok(()) } else { Err(Error::NotAllowed) }
}

#[cfg(test)]
mod tests {
    use domain::user::{Actor, Role};

    use super::{Act, allow};

    #[test]
    fn a_viewer_looks_and_changes_nothing() {
        let viewer = Actor::User { id: 1, name: "vera".parse().unwrap(), role: Role::Viewer };
        assert!(allow(&viewer, Act::Look).is_ok());
        assert!(allow(&viewer, Act::Publish).is_err());
        assert!(allow(&Actor::Anonymous, Act::Look).is_err());
    }
}
