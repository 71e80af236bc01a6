//! Changes to a document from outside the editor: the credential, and passwords hidden from view.

use crate::diagnostic::Diagnostic;
use crate::entity::{decode, encode_attribute};
use crate::layout::{Change, Line, apply, indentation, insert_into, with_its_lines};
use crate::parse::parse;
use crate::source::Span;
use crate::syntax::{Content, Document, Element, Node, Text};

/// What the gateway is to show to the backend. Has no `Debug`, since it holds a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// Nothing, as far as this document says.
    None,
    /// User name and password.
    Basic {
        /// The user name.
        username: String,
        /// The password; none keeps the one in the document.
        password: Option<String>,
    },
    /// A client certificate.
    Certificate {
        /// Its id.
        id: String,
    },
}

/// Why a credential couldn't be written into a document.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditError {
    /// The document has errors as a text; here are all of them.
    #[error("the policy document can't be read: {}", first(.0))]
    Unreadable(Vec<Diagnostic>),
    /// The outermost element isn't `policies`.
    #[error("the document isn't a policy document: it doesn't begin with `policies`")]
    NotPolicies,
    /// There are two `inbound` sections.
    #[error("the policy document has two `inbound` sections")]
    TwoInbound,
    /// A password is to be kept, but the document has none.
    #[error("a password is required: the policy document holds none to keep")]
    NoPassword,
    /// Callers' certificates are checked in a way that only a person understands.
    #[error("the policy document checks callers' certificates in a way of its own")]
    OwnChecks,
}

/// What stands in place of a password where a document is shown.
pub const PLACEHOLDER: &str = "••••••••";

/// Writes the credential into the document: takes out every credential statement that stands
/// directly in `inbound` and puts the new one behind `<base />`, or at the start of `inbound`, which
/// is made if the document has none. All else stays byte for byte. Doing it again changes nothing.
///
/// The text isn't checked beyond what `parse` finds, and neither are user name and id: the result
/// goes through `compile` as any edit does.
///
/// # Errors
/// When the document can't be read, or a password is to be kept where there is none.
pub fn set_credential(text: &str, credential: &Credential) -> Result<String, EditError> {
    let document = readable(text)?;
    let inbound = inbound(policies(&document)?)?;
    let statement = statement(&document, inbound, credential)?;
    let without = inbound.map_or_else(|| text.to_owned(), |inbound| without_credentials(text, inbound));
    match statement {
        None => Ok(without),
        Some(text) => with_lines(&without, vec![Line { depth: 0, text }]),
    }
}

/// The document with every password replaced by `PLACEHOLDER`, also in statements that are commented
/// out. Meant for documents that compile; in others a password that `parse` can't make out stays.
pub fn mask_password(text: &str) -> String {
    let (document, _) = parse(text);
    let mask = |secret: Secret| Change { span: secret.value, text: PLACEHOLDER.to_owned() };
    let changes: Vec<Change> = secrets(&document).into_iter().map(mask).collect();
    apply(text, &changes)
}

/// The edited document `new` with the passwords of `old` wherever `mask_password`'s placeholder came
/// back. A password goes to the statement with the same user name, or, if a user name was changed,
/// to the one whose place it had. Where there is none to put back the placeholder stays, which
/// `check` refuses.
pub fn unmask_password(new: &str, old: &str) -> String {
    let ((new_document, _), (old_document, _)) = (parse(new), parse(old));
    let masked = |secret: &Secret| new_document.source.slice(secret.value) == PLACEHOLDER;
    let mut kept: Vec<Secret> = secrets(&old_document);
    let wanted: Vec<Secret> = secrets(&new_document);
    let same_user: Vec<Option<Secret>> =
        wanted.iter().map(|secret| take_first(&mut kept, |old| old.owner == secret.owner)).collect();
    let mut changes = Vec::new();
    for (secret, same) in wanted.iter().zip(same_user).filter(|(secret, _)| masked(secret)) {
        let found = same.or_else(|| take_first(&mut kept, |old| old.owner.element == secret.owner.element));
        if let Some(found) = found {
            let raw = old_document.source.slice(found.value);
            let text = if found.quote == secret.quote { raw.to_owned() } else { requoted(raw) };
            changes.push(Change { span: secret.value, text });
        }
    }
    apply(new, &changes)
}

fn first(diagnostics: &[Diagnostic]) -> String {
    let error = diagnostics.iter().find(|diagnostic| diagnostic.is_error());
    error.map(Diagnostic::sentence).unwrap_or_default()
}

pub(crate) fn readable(text: &str) -> Result<Document, EditError> {
    let (document, diagnostics) = parse(text);
    if document.is_readable() { Ok(document) } else { Err(EditError::Unreadable(diagnostics)) }
}

pub(crate) fn policies(document: &Document) -> Result<&Element, EditError> {
    document.root().filter(|root| root.name == "policies").ok_or(EditError::NotPolicies)
}

pub(crate) fn inbound(policies: &Element) -> Result<Option<&Element>, EditError> {
    let mut all = policies.elements().filter(|child| child.name == "inbound");
    let inbound = all.next();
    if all.next().is_some() { Err(EditError::TwoInbound) } else { Ok(inbound) }
}

fn statement(
    document: &Document,
    inbound: Option<&Element>,
    credential: &Credential,
) -> Result<Option<String>, EditError> {
    Ok(match credential {
        Credential::None => None,
        Credential::Certificate { id } => {
            Some(format!("<authentication-certificate certificate-id=\"{}\" />", encode_attribute(id)))
        }
        Credential::Basic { username, password } => {
            let password = match password {
                Some(password) => format!("\"{}\"", encode_attribute(password)),
                None => kept_password(document, inbound).ok_or(EditError::NoPassword)?,
            };
            let username = encode_attribute(username);
            Some(format!("<authentication-basic username=\"{username}\" password={password} />"))
        }
    })
}

/// The password that holds now, as it is written, with its quotes.
fn kept_password(document: &Document, inbound: Option<&Element>) -> Option<String> {
    let statements = inbound?.elements().filter(|child| child.name == "authentication-basic");
    let value = statements.last()?.attribute("password")?.value_span;
    Some(document.source.slice(Span::new(value.start - 1, value.end + 1)).to_owned())
}

fn without_credentials(text: &str, inbound: &Element) -> String {
    let is_credential = |child: &&Element| CREDENTIALS.contains(&child.name.as_str());
    let mut runs: Vec<Span> = Vec::new();
    for statement in inbound.elements().filter(is_credential) {
        match runs.last_mut() {
            // Neighbours on one line go together, or neither would be alone on it.
            Some(run) if only_blanks(text, run.end, statement.span.start) => run.end = statement.span.end,
            _ => runs.push(statement.span),
        }
    }
    let take_out = |run: Span| Change { span: with_its_lines(text, run), text: String::new() };
    let changes: Vec<Change> = runs.into_iter().map(take_out).collect();
    apply(text, &changes)
}

fn only_blanks(text: &str, start: usize, end: usize) -> bool {
    text.get(start..end).is_some_and(|between| between.trim_matches([' ', '\t']).is_empty())
}

/// The document with these lines behind `<base />` of `inbound`.
pub(crate) fn with_lines(text: &str, lines: Vec<Line>) -> Result<String, EditError> {
    let document = readable(text)?;
    let policies = policies(&document)?;
    let unit = indentation_unit(text, policies);
    let change = match inbound(policies)? {
        Some(inbound) => {
            let base = inbound.elements().find(|child| child.name == "base").map(|base| base.span.end);
            insert_into(text, inbound, base, &lines, unit)
        }
        None => insert_into(text, policies, None, &new_section(lines), unit),
    };
    Ok(apply(text, &[change]))
}

/// A document without `inbound` inherits it; so must the section that is made.
fn new_section(lines: Vec<Line>) -> Vec<Line> {
    let line = |depth, text: &str| Line { depth, text: text.to_owned() };
    let mut section = vec![line(0, "<inbound>"), line(1, "<base />")];
    section.extend(lines.into_iter().map(|line| Line { depth: line.depth + 1, ..line }));
    section.push(line(0, "</inbound>"));
    section
}

/// How much deeper a section stands than `policies`; four blanks if that can't be seen.
fn indentation_unit<'t>(text: &'t str, policies: &Element) -> &'t str {
    let outer = indentation(text, policies.span.start);
    let inner = policies.elements().next().map(|section| indentation(text, section.span.start));
    inner.and_then(|inner| inner.strip_prefix(outer)).filter(|unit| !unit.is_empty()).unwrap_or("    ")
}

/// A password in a document.
struct Secret {
    owner: Owner,
    /// Without the quotes.
    value: Span,
    quote: char,
}

/// Whose password it is.
#[derive(PartialEq, Eq)]
struct Owner {
    element: String,
    username: Option<String>,
}

/// Every password in the order of the text.
fn secrets(document: &Document) -> Vec<Secret> {
    let mut found = Vec::new();
    collect(document, &document.nodes, 0, &mut found);
    found
}

fn collect(document: &Document, nodes: &[Node], offset: usize, found: &mut Vec<Secret>) {
    for node in nodes {
        match node {
            Node::Element(element) => {
                found.extend(secret(document, element, offset));
                collect(document, &element.children, offset, found);
            }
            Node::Comment(span) => {
                let start = span.start + "<!--".len();
                let inner = Span::new(start, span.end - "-->".len());
                // Comments don't nest, so this goes one step deep.
                let (commented_out, _) = parse(document.source.slice(inner));
                collect(&commented_out, &commented_out.nodes, offset + start, found);
            }
            Node::Text(_) | Node::Instruction(_) => {}
        }
    }
}

fn secret(document: &Document, element: &Element, offset: usize) -> Option<Secret> {
    if element.name == "key" {
        return key(document, element, offset);
    }
    let password = element.attribute("password")?;
    let Content::Literal(_) = password.content else { return None };
    let username =
        element.attribute("username").map(|name| document.source.slice(name.value_span).to_owned());
    let Span { start, end } = password.value_span;
    let single = document.source.slice(Span::new(start - 1, start)) == "'";
    Some(Secret {
        owner: Owner { element: element.name.clone(), username },
        value: Span::new(offset + start, offset + end),
        quote: if single { '\'' } else { '"' },
    })
}

/// The text of a `key` of `validate-jwt`.
fn key(document: &Document, element: &Element, offset: usize) -> Option<Secret> {
    let [Node::Text(Text { span, content: Content::Literal(_) })] = element.children.as_slice() else {
        return None;
    };
    let text = document.source.slice(*span);
    // A named value is hidden already, if it is a secret.
    if text.trim().starts_with("{{") {
        return None;
    }
    let start = offset + span.start + (text.len() - text.trim_start().len());
    let id = element.attribute("id").map(|id| document.source.slice(id.value_span).to_owned());
    Some(Secret {
        owner: Owner { element: element.name.clone(), username: id },
        value: Span::new(start, start + text.trim().len()),
        quote: '"',
    })
}

fn take_first(secrets: &mut Vec<Secret>, fits: impl Fn(&Secret) -> bool) -> Option<Secret> {
    let at = secrets.iter().position(fits)?;
    Some(secrets.remove(at))
}

/// A raw value fit for either kind of quote.
fn requoted(raw: &str) -> String {
    encode_attribute(&decode(raw)).replace('\'', "&apos;")
}

const CREDENTIALS: [&str; 2] = ["authentication-certificate", "authentication-basic"];
