//! The policy language: text → tree → checked program → effects.
//!
//! The crate knows neither HTTP nor storage and does no I/O. A host compiles documents, composes
//! those that apply to a call, and runs the result by doing one effect after the other:
//!
//! ```
//! use policy::check::compile;
//! use policy::effect::Effect;
//! use policy::facts::Facts;
//! use policy::program::{CertificateSelector, DEFAULT_GLOBAL, Program};
//! use policy::run::{Outcome, Run};
//!
//! let global = compile(DEFAULT_GLOBAL).expect("the shipped document has no errors");
//! let api = compile(
//!     r#"<policies>
//!            <inbound>
//!                <base />
//!                <authentication-certificate certificate-id="partner" />
//!            </inbound>
//!        </policies>"#,
//! )
//! .expect("this one neither");
//! let program = Program::compose(&[&global, &api]);
//!
//! // What expressions may ask about the call; this one is about nothing.
//! struct Call;
//! # use std::borrow::Cow;
//! # use policy::facts::{Address, Certificate, Url};
//! impl Facts for Call {
//!     fn method(&self) -> &str { "GET" }
//!     // …
//! #   fn now_unix_ms(&self) -> i64 { 0 }
//! #   fn request_id(&self) -> &str { "" }
//! #   fn url(&self, _: Address) -> Url<'_> { Url::default() }
//! #   fn header(&self, _: &str) -> Vec<Cow<'_, str>> { Vec::new() }
//! #   fn caller_ip(&self) -> Cow<'_, str> { Cow::Borrowed("") }
//! #   fn caller_certificate(&self) -> Option<&std::sync::Arc<Certificate>> { None }
//! #   fn has_thumbprint(&self, _: &str) -> bool { false }
//! #   fn has_certificate(&self, _: &str) -> bool { false }
//! }
//!
//! let mut run = Run::new(&program);
//! let Effect::UseCertificate { selector, at } = run.next(Outcome::Start, &Call) else { panic!() };
//! assert_eq!(*selector, CertificateSelector::Id("partner".to_owned()));
//! assert_eq!((at.element, at.line), ("authentication-certificate", 4));
//! assert!(matches!(run.next(Outcome::Done, &Call), Effect::Forward(_)));
//! assert!(matches!(run.next(Outcome::Done, &Call), Effect::Answer));
//!
//! let problems = compile("<policies><inbound><set-heder /></inbound></policies>").expect_err("a slip");
//! assert_eq!(
//!     problems[0].sentence(),
//!     "Error in element 'set-heder' on line 1, column 21: there is no policy `set-heder`"
//! );
//! assert_eq!(problems[0].help.as_deref(), Some("did you mean `set-header`?"));
//! ```

mod attribute;
mod blank;
pub mod body_text;
pub mod call_out;
pub mod caller_checks;
pub mod catalog;
mod certificate_text;
pub mod check;
mod check_branches;
mod check_section;
pub mod client_certificate;
pub mod coded_body;
pub mod completion;
mod datetime;
mod datetime_format;
pub mod diagnostic;
mod distinguished_name;
pub mod edit;
pub mod effect;
mod effect_debug;
mod effect_words;
pub mod effective;
mod entity;
pub mod environment;
pub mod error;
mod evaluation;
mod expression;
pub mod facts;
pub mod failure;
pub mod format;
pub mod fragment;
mod json_as_xml;
pub mod jwt;
pub mod kept;
mod layout;
mod lexer;
mod liquid;
mod liquid_block;
mod liquid_filter;
mod liquid_names;
mod liquid_parser;
mod liquid_value;
mod liquid_weight;
pub mod message;
mod named_value_text;
mod named_values;
mod names_alone;
mod nearest;
mod offset;
mod opaque;
pub mod outline;
pub mod parse;
pub mod program;
pub mod review;
pub mod rsa;
pub mod run;
mod run_step;
mod scan_csharp;
mod situation;
pub mod source;
mod statements;
mod step;
pub mod syntax;
mod tag;
mod template;
mod value;
mod variables;
mod view;
mod xml_as_json;

/// The stack in bytes that a thread needs which reads, checks or runs documents, also where nothing is optimised.
/// Every reader bounds how deep things may stand in each other so that this is enough.
pub const STACK_BYTES: usize = 8 * 1024 * 1024;
