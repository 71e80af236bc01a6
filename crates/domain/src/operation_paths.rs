//! Method and path → operation of an API: literal parts beat parameters, parameters beat the rest of a path.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::path_reading;
use crate::template::{OperationMethod, TemplatePart, UrlTemplate, percent_decoded};

/// The operations of one API as a tree of path parts. Finding one visits each node at most once.
#[derive(Debug, Default)]
pub struct OperationPaths {
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

impl OperationPaths {
    /// The tree of these operations; each is known by its number in the order in which they come.
    pub fn new<'o>(operations: impl Iterator<Item = (&'o OperationMethod, &'o UrlTemplate)>) -> Self {
        let mut root = Node::default();
        for (number, (method, template)) in operations.enumerate() {
            let methods = root.place(template.parts());
            if method.is_any() {
                methods.any = Some(number);
            } else {
                methods.by_name.push((method.clone(), number));
            }
        }
        Self { root }
    }

    /// The number of the operation for a method and the path behind the API's suffix.
    ///
    /// A path that a backend may read in another way – an encoded slash, dot parts, empty parts, parameters behind a
    /// `;` – must lead to the same operation when it is read that way: otherwise the policy of one operation would
    /// judge what another one answers.
    #[must_use]
    pub fn find(&self, method: &str, rest: &str) -> Option<usize> {
        let number = self.root.find(method, &as_written(rest)?)?;
        if path_reading::is_ambiguous(rest) {
            let other = path_reading::parts(rest);
            let other: Vec<Cow<'_, str>> = other.iter().map(|part| Cow::Borrowed(part.as_str())).collect();
            if self.root.find(method, &other) != Some(number) {
                return None;
            }
        }
        Some(number)
    }
}

/// What the parameters of a template stand for in the path behind the API's suffix, which it matches: name and
/// percent-decoded value, in the order of the template.
#[must_use]
pub fn parameters(template: &UrlTemplate, rest: &str) -> Vec<(String, String)> {
    let parts = as_written(rest).unwrap_or_default();
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
