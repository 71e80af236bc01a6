//! Every statement that can be run: where it may stand and what it is made of.

use crate::program::{Action, Section};
use crate::statements::reader::Reader;
use crate::statements::{authentication, forward_request, set_header};

/// What is known of a statement before reading one.
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    /// The sections it may stand in.
    pub(crate) sections: &'static [Section],
    /// The attributes that `read` understands; every statement also has `id`.
    pub(crate) attributes: &'static [&'static str],
    /// Attributes of the language that `read` doesn't understand yet.
    pub(crate) later_attributes: &'static [&'static str],
    /// The elements that may stand in it.
    pub(crate) children: &'static [&'static str],
    /// Reads an element whose attributes and children are all known; none when something was wrong,
    /// which then has been reported.
    pub(crate) read: fn(&mut Reader<'_, '_>) -> Option<Action>,
}

/// The statement of this name.
pub(crate) fn statement(name: &str) -> Option<&'static Statement> {
    STATEMENTS.iter().find(|statement| statement.name == name)
}

/// All statements, by name.
pub(crate) static STATEMENTS: &[Statement] = &[
    Statement {
        name: "authentication-basic",
        sections: &[Section::Inbound],
        attributes: &["username", "password"],
        later_attributes: &[],
        children: &[],
        read: authentication::read_basic,
    },
    Statement {
        name: "authentication-certificate",
        sections: &[Section::Inbound],
        attributes: &["certificate-id", "thumbprint"],
        later_attributes: &["body", "password"],
        children: &[],
        read: authentication::read_certificate,
    },
    Statement {
        name: "forward-request",
        sections: &[Section::Backend],
        attributes: &["timeout", "timeout-ms", "follow-redirects"],
        later_attributes: &[
            "continue-timeout",
            "http-version",
            "buffer-request-body",
            "buffer-response",
            "fail-on-error-status-code",
        ],
        children: &[],
        read: forward_request::read,
    },
    Statement {
        name: "set-header",
        sections: &Section::ALL,
        attributes: &["name", "exists-action"],
        later_attributes: &[],
        children: &["value"],
        read: set_header::read,
    },
];
