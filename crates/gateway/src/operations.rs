//! Method and path → operation of an API: literal parts beat parameters, parameters beat the rest of a path.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use domain::name::{DisplayName, OperationId};
use domain::snapshot::SnapshotOperation;
use domain::template::{OperationMethod, TemplatePart, UrlTemplate, percent_decoded};
use policy::program::Program;

/// One operation, ready to be called.
#[derive(Debug)]
pub(crate) struct CompiledOperation {
    pub(crate) id: OperationId,
    pub(crate) name: DisplayName,
    pub(crate) method: OperationMethod,
    pub(crate) template: UrlTemplate,
    /// Its own document, if it has one.
    pub(crate) own: Option<Arc<Program>>,
    /// What is run: its own document and those of the broader scopes.
    pub(crate) program: Arc<Program>,
}

/// An operation with what its template's parameters stand for.
#[derive(Debug)]
pub(crate) struct Matched {
    pub(crate) operation: Arc<CompiledOperation>,
    pub(crate) asked: Asked,
    /// Name and percent-decoded value, in the order of the template.
    pub(crate) parameters: Vec<(String, String)>,
}

/// What a request asks of its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Call,
    /// A browser asks whether it may call: policy answers that, the backend never hears of it.
    Preflight,
}

/// The operations of one API as a tree of path parts. Finding one visits each node at most once.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    all: Vec<Arc<CompiledOperation>>,
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    literals: HashMap<String, Node>,
    parameter: Option<Box<Node>>,
    /// Operations whose template ends here.
    here: Methods,
    /// Operations whose template takes the rest from here.
    rest: Methods,
}

/// Operations of one path, by their methods; the numbers are those in `all`.
#[derive(Debug, Default)]
struct Methods {
    by_name: Vec<(OperationMethod, usize)>,
    any: Option<usize>,
}

impl Operations {
    /// The tree of these operations.
    pub(crate) fn new(all: Vec<Arc<CompiledOperation>>) -> Self {
        let mut root = Node::default();
        for (number, operation) in all.iter().enumerate() {
            let methods = root.place(operation.template.parts());
            if operation.method.is_any() {
                methods.any = Some(number);
            } else {
                methods.by_name.push((operation.method.clone(), number));
            }
        }
        Self { all, root }
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<CompiledOperation>> {
        self.all.iter()
    }

    /// Whether the API takes every request.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The operation for a method and the path behind the API's suffix.
    ///
    /// A path that a backend may read in another way – an encoded slash, dot parts, empty parts, parameters behind a
    /// `;` – must lead to the same operation when it is read that way: otherwise the policy of one operation would
    /// judge what another one answers.
    pub(crate) fn find(&self, method: &str, rest: &str, asked: Asked) -> Option<Matched> {
        let parts = as_written(rest)?;
        let number = self.root.find(method, &parts)?;
        if is_ambiguous(rest) {
            let other = as_resolved(rest)?;
            let other: Vec<Cow<'_, str>> = other.iter().map(|part| Cow::Borrowed(part.as_str())).collect();
            if self.root.find(method, &other) != Some(number) {
                return None;
            }
        }
        let operation = Arc::clone(self.all.get(number)?);
        let parameters = parameters(&operation.template, &parts);
        Some(Matched { operation, asked, parameters })
    }
}

impl CompiledOperation {
    /// An operation and the program that is run for it.
    pub(crate) fn new(
        source: &SnapshotOperation,
        own: Option<Arc<Program>>,
        program: Arc<Program>,
    ) -> Arc<Self> {
        Arc::new(Self {
            id: source.id.clone(),
            name: source.name.clone(),
            method: source.method.clone(),
            template: source.template.clone(),
            own,
            program,
        })
    }
}

impl Node {
    /// Where the operations of a template stand.
    fn place(&mut self, parts: &[TemplatePart]) -> &mut Methods {
        match parts.split_first() {
            None => &mut self.here,
            Some((TemplatePart::Rest(_), _)) => &mut self.rest,
            Some((TemplatePart::Literal(text), behind)) => {
                self.literals.entry(text.clone()).or_default().place(behind)
            }
            Some((TemplatePart::Parameter(_), behind)) => {
                self.parameter.get_or_insert_default().place(behind)
            }
        }
    }

    fn find(&self, method: &str, parts: &[Cow<'_, str>]) -> Option<usize> {
        let found = match parts.split_first() {
            None => self.here.find(method),
            Some((part, behind)) => {
                let literal = self.literals.get(part.as_ref()).and_then(|node| node.find(method, behind));
                literal.or_else(|| {
                    let parameter = self.parameter.as_ref().filter(|_| !part.is_empty());
                    parameter.and_then(|node| node.find(method, behind))
                })
            }
        };
        found.or_else(|| self.rest.find(method))
    }
}

impl Methods {
    fn find(&self, method: &str) -> Option<usize> {
        let named = self.by_name.iter().find(|(name, _)| name.as_str() == method);
        named.map(|(_, number)| *number).or(self.any)
    }
}

/// What the parameters of a template stand for in a path that matches it.
fn parameters(template: &UrlTemplate, parts: &[Cow<'_, str>]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, part) in template.parts().iter().enumerate() {
        match part {
            TemplatePart::Literal(_) | TemplatePart::Rest(None) => {}
            TemplatePart::Parameter(name) => {
                found.extend(parts.get(at).map(|value| (name.clone(), value.to_string())));
            }
            TemplatePart::Rest(Some(name)) => {
                found.push((name.clone(), parts.get(at..).unwrap_or_default().join("/")));
            }
        }
    }
    found
}

/// The parts between the slashes, each percent-decoded; a slash at the end makes no difference. None for a path that
/// can't be decoded.
fn as_written(rest: &str) -> Option<Vec<Cow<'_, str>>> {
    let path = rest.strip_prefix('/').unwrap_or(rest);
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() {
        return Some(Vec::new());
    }
    let decode = |part| {
        if has_escape(part) { percent_decoded(part).map(Cow::Owned) } else { Some(Cow::Borrowed(part)) }
    };
    path.split('/').map(decode).collect()
}

fn has_escape(part: &str) -> bool {
    part.contains('%')
}

fn is_ambiguous(rest: &str) -> bool {
    rest.contains(['%', ';', '\\']) || rest.contains("//") || rest.contains("/.")
}

/// The parts as the most generous backend reads them: everything decoded, `\` as a slash, what follows a `;` left
/// out, empty parts dropped, dot parts followed.
fn as_resolved(rest: &str) -> Option<Vec<String>> {
    let decoded = percent_decoded(rest)?.replace('\\', "/");
    let mut parts = Vec::new();
    for part in decoded.split('/') {
        match part.split(';').next().unwrap_or_default() {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name.to_owned()),
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::snapshot::SnapshotOperation;

    use super::{Asked, CompiledOperation, Operations};

    fn operations(all: &[&str]) -> Operations {
        let operation = |(number, text): (usize, &&str)| {
            let (method, template) = text.split_once(' ').unwrap();
            let source = SnapshotOperation {
                id: format!("o{number}").parse().unwrap(),
                name: "Operation".parse().unwrap(),
                method: method.parse().unwrap(),
                template: template.parse().unwrap(),
                policy: None,
            };
            CompiledOperation::new(&source, None, Arc::default())
        };
        Operations::new(all.iter().enumerate().map(operation).collect())
    }

    fn found(all: &Operations, method: &str, path: &str) -> Option<(String, Vec<(String, String)>)> {
        let matched = all.find(method, path, Asked::Call)?;
        let operation = &matched.operation;
        Some((format!("{} {}", operation.method, operation.template), matched.parameters))
    }

    fn name(all: &Operations, method: &str, path: &str) -> String {
        found(all, method, path).map_or_else(|| "none".to_owned(), |(name, _)| name)
    }

    #[test]
    fn literal_parts_beat_parameters_and_parameters_beat_the_rest() {
        let all = operations(&[
            "GET /{*path}",
            "GET /orders/{id}",
            "GET /orders/special",
            "GET /orders/{id}/items",
            "GET /",
        ]);
        for (path, template) in [
            ("", "GET /"),
            ("/", "GET /"),
            ("/orders/special", "GET /orders/special"),
            ("/orders/special/", "GET /orders/special"),
            ("/orders/7", "GET /orders/{id}"),
            ("/orders/special/items", "GET /orders/{id}/items"),
            ("/orders", "GET /{*path}"),
            ("/orders/7/other", "GET /{*path}"),
            ("/Orders/7", "GET /{*path}"),
        ] {
            assert_eq!(name(&all, "GET", path), template, "{path}");
        }
    }

    #[test]
    fn a_named_method_beats_any_and_another_method_looks_further() {
        let all = operations(&["* /a", "GET /a", "HEAD /a/b", "POST /{x}/b"]);
        assert_eq!(name(&all, "GET", "/a"), "GET /a");
        assert_eq!(name(&all, "OPTIONS", "/a"), "* /a");
        assert_eq!(name(&all, "HEAD", "/a/b"), "HEAD /a/b");
        assert_eq!(name(&all, "POST", "/a/b"), "POST /{x}/b");
        assert_eq!(name(&all, "get", "/a/b"), "none");
        assert_eq!(name(&all, "GET", "/a/b"), "none");
    }

    #[test]
    fn parameters_are_handed_out_decoded() {
        let all = operations(&["GET /orders/{id}/{*path}", "GET /plain/*"]);
        let (_, parameters) = found(&all, "GET", "/orders/a%20b%C3%A9/x/y%2Bz").unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(parameters, [pair("id", "a b\u{e9}"), pair("path", "x/y+z")]);
        assert_eq!(found(&all, "GET", "/orders/7").unwrap().1, [pair("id", "7"), pair("path", "")]);
        assert_eq!(found(&all, "GET", "/plain").unwrap().1, []);
    }

    #[test]
    fn what_cannot_be_decoded_matches_nothing() {
        let all = operations(&["GET /*"]);
        for path in ["/%", "/%4", "/%zz", "/%ff"] {
            assert_eq!(name(&all, "GET", path), "none", "{path}");
        }
    }

    #[test]
    fn a_disguised_path_does_not_get_past_the_operation_it_means() {
        let all = operations(&["GET /users/admin", "GET /users/{id}", "GET /public/*"]);
        assert_eq!(name(&all, "GET", "/users/%61dmin"), "GET /users/admin");
        for path in [
            "/users/admin;x=1",
            "/users/x/../admin",
            "/public/../users/admin",
            "/public/..%2fusers/admin",
            "/public/..%5cusers%5cadmin",
            "/public\\..\\users\\admin",
            "/public/..;/users/admin",
            "/users/x%2fy",
            "/public/..",
        ] {
            assert_eq!(name(&all, "GET", path), "none", "{path}");
        }
        for path in ["/public/a%2fb", "/public/a;b/c", "/public//a", "/public/a/../b", "/public/.hidden"] {
            assert_eq!(name(&all, "GET", path), "GET /public/*", "{path}");
        }
        assert_eq!(name(&all, "GET", "/users/a;b"), "GET /users/{id}");
    }
}
