//! The operations of one API with their programs, and which of them a request is for.

use std::sync::Arc;

use domain::name::{DisplayName, OperationId};
use domain::operation_paths::{OperationPaths, parameters};
use domain::snapshot::SnapshotOperation;
use domain::template::{OperationMethod, UrlTemplate};
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

/// The operations of one API.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    all: Vec<Arc<CompiledOperation>>,
    paths: OperationPaths,
}

impl Operations {
    /// These operations.
    pub(crate) fn new(all: Vec<Arc<CompiledOperation>>) -> Self {
        let paths = OperationPaths::new(all.iter().map(|one| (&one.method, &one.template)));
        Self { all, paths }
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
    pub(crate) fn find(&self, method: &str, rest: &str, asked: Asked) -> Option<Matched> {
        let operation = Arc::clone(self.all.get(self.paths.find(method, rest)?)?);
        let parameters = parameters(&operation.template, rest);
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
