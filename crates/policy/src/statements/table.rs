//! Every statement that can be run: where it may stand and what it is made of.

use crate::program::{Action, Section};
use crate::statements::reader::Reader;
use crate::statements::{authentication, forward_request, return_response, set_header, set_variable};

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
    pub(crate) read: Read,
}

/// How a statement becomes a step.
pub(crate) enum Read {
    /// Reads an element whose attributes and children are all known; none when something was wrong,
    /// which then has been reported.
    Step(fn(&mut Reader<'_, '_>) -> Option<Action>),
    /// It holds other statements, which `check` knows how to read.
    Choose,
    /// It is a part of another statement, and read with it.
    Part,
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
        read: Read::Step(authentication::read_basic),
    },
    Statement {
        name: "authentication-certificate",
        sections: &[Section::Inbound],
        attributes: &["certificate-id", "thumbprint"],
        later_attributes: &["body", "password"],
        children: &[],
        read: Read::Step(authentication::read_certificate),
    },
    Statement {
        name: "choose",
        sections: &Section::ALL,
        attributes: &[],
        later_attributes: &[],
        children: &["when", "otherwise"],
        read: Read::Choose,
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
        read: Read::Step(forward_request::read),
    },
    Statement {
        name: "return-response",
        sections: &Section::ALL,
        attributes: &[],
        later_attributes: &["response-variable-name"],
        children: &["set-status", "set-header", "set-body"],
        read: Read::Step(return_response::read),
    },
    Statement {
        name: "set-header",
        sections: &Section::ALL,
        attributes: &["name", "exists-action"],
        later_attributes: &[],
        children: &["value"],
        read: Read::Step(set_header::read),
    },
    Statement {
        name: "set-variable",
        sections: &Section::ALL,
        attributes: &["name", "value"],
        later_attributes: &[],
        children: &[],
        read: Read::Step(set_variable::read),
    },
];
