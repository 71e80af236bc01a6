//! Arguments that are a small language of their own, looked at before the run where they are constants.

use crate::diagnostic::shorten;
use crate::expression::json_path;
use crate::expression::node::Node;
use crate::expression::regex::Pattern;
use crate::expression::resolve::Resolver;
use crate::expression::signature::Signature;
use crate::expression::tokens::Wrong;
use crate::source::Span;

impl Resolver {
    /// Warns of a pattern or path that fails whenever it is used. An expression may catch that, so it is no error.
    pub(crate) fn check_literals(&mut self, signature: &Signature, nodes: &[Option<Node>], span: Span) {
        let given = |name: &str| {
            let place = signature.parameters.iter().position(|parameter| parameter.name == name)?;
            nodes.get(place)?.as_ref()
        };
        if let Some(Node::Text(pattern)) = given("pattern") {
            let options = match given("options") {
                None => 0,
                Some(Node::Enumeration(options)) => options.number,
                Some(_) => return,
            };
            if Pattern::new(pattern, options).is_err() {
                self.warn(
                    "invalid-pattern",
                    span,
                    format!("`{}` is not a valid regular expression", shorten(pattern)),
                );
            }
        }
        if let (Some(Node::Text(path)), "SelectToken" | "SelectTokens") = (given("path"), signature.name)
            && !json_path::is_path(path)
        {
            self.warn("invalid-path", span, format!("`{}` is not a valid JSONPath", shorten(path)));
        }
    }

    fn warn(&mut self, code: &'static str, span: Span, message: String) {
        let help = Some("a request that gets here fails with an error".to_owned());
        self.warnings.push(Wrong { code, span, message, help });
    }
}
