//! The policy language: text → tree → checked program → effects.
//!
//! The crate knows neither HTTP nor storage and does no I/O. A host compiles documents, composes
//! those that apply to a call, and runs the result by doing one effect after the other:
//!
//! ```
//! use policy::check::compile;
//! use policy::effect::Effect;
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
//! let mut run = Run::new(&program);
//! let Effect::UseCertificate { selector, at } = run.next(Outcome::Start) else { panic!() };
//! assert_eq!(selector, &CertificateSelector::Id("partner".to_owned()));
//! assert_eq!((at.element, at.line), ("authentication-certificate", 4));
//! assert!(matches!(run.next(Outcome::Done), Effect::Forward(_)));
//! assert!(matches!(run.next(Outcome::Done), Effect::Answer));
//!
//! let problems = compile("<policies><inbound><set-heder /></inbound></policies>").expect_err("a slip");
//! assert_eq!(
//!     problems[0].sentence(),
//!     "Error in element 'set-heder' on line 1, column 21: there is no policy `set-heder`"
//! );
//! assert_eq!(problems[0].help.as_deref(), Some("did you mean `set-header`?"));
//! ```

mod attribute;
pub mod check;
pub mod diagnostic;
pub mod edit;
pub mod effect;
mod entity;
mod expression;
pub mod format;
mod layout;
mod lexer;
mod nearest;
pub mod parse;
pub mod program;
pub mod run;
mod scan_csharp;
pub mod source;
mod statements;
pub mod syntax;
mod tag;
