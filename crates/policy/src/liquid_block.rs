//! What templates keep: `assign`, `capture`, `ifchanged` and loops, each with a bound on what it holds.

use std::io::Write;

use liquid::model::{KString, Value};
use liquid::{Error, ParserBuilder};
use liquid_core::Expression;
use liquid_core::parser::{
    BlockReflection, FilterChain, Language, ParseBlock, ParseTag, TagBlock, TagReflection, TagTokenIter,
};
use liquid_core::runtime::{Renderable, Runtime, Template};

use crate::liquid_weight::{Captured, keep, make, weight};

/// The builder with what keeps values, but for blocks.
pub(crate) fn with_tags(builder: ParserBuilder) -> ParserBuilder {
    builder.tag(Named { name: "assign", parse: assign }).tag(Named { name: LOOP, parse: copied })
}

type Parse = fn(TagTokenIter<'_>, &Language) -> Result<Box<dyn Renderable>, Error>;

/// A tag by its name.
#[derive(Clone, Copy)]
struct Named {
    name: &'static str,
    parse: Parse,
}

impl ParseTag for Named {
    fn parse(&self, arguments: TagTokenIter<'_>, language: &Language) -> Result<Box<dyn Renderable>, Error> {
        (self.parse)(arguments, language)
    }

    fn reflection(&self) -> &dyn TagReflection {
        self
    }
}

impl TagReflection for Named {
    fn tag(&self) -> &str {
        self.name
    }

    fn description(&self) -> &str {
        ""
    }
}

fn assign(mut arguments: TagTokenIter<'_>, language: &Language) -> Result<Box<dyn Renderable>, Error> {
    let name = arguments.expect_next("Identifier expected.")?.expect_identifier().into_result()?;
    let name = KString::from_ref(name);
    let sign = arguments.expect_next(NO_SIGN)?;
    sign.expect_str("=").into_result_custom_msg(NO_SIGN)?;
    let value = arguments.expect_next("FilterChain expected.")?;
    let value = value.expect_filter_chain(language).into_result()?;
    arguments.expect_nothing()?;
    Ok(Box::new(Assign { name, value }))
}

#[derive(Debug)]
struct Assign {
    name: KString,
    value: FilterChain,
}

impl Renderable for Assign {
    fn render_to(&self, _: &mut dyn Write, runtime: &dyn Runtime) -> Result<(), Error> {
        let value = self.value.evaluate(runtime)?;
        keep(&self.name, weight(value.as_view()), runtime)?;
        runtime.set_global(self.name.clone(), value.into_owned());
        Ok(())
    }
}

/// The mark before a loop, with the loop's own arguments: counts the copy of what it loops over.
fn copied(mut arguments: TagTokenIter<'_>, _: &Language) -> Result<Box<dyn Renderable>, Error> {
    arguments.expect_next("Identifier expected.")?;
    arguments.expect_next("\"in\" expected.")?;
    let list = arguments.expect_next("Array or range expected.")?.expect_value().into_result()?;
    Ok(Box::new(Copied(list)))
}

#[derive(Debug)]
struct Copied(Expression);

impl Renderable for Copied {
    fn render_to(&self, _: &mut dyn Write, runtime: &dyn Runtime) -> Result<(), Error> {
        // What isn't there is the loop's own mistake, or none.
        self.0.try_evaluate(runtime).map_or(Ok(()), |list| make(weight(list.as_view()), runtime))
    }
}

/// `capture`, whose text is a variable.
#[derive(Clone, Copy)]
pub(crate) struct CaptureBlock;

impl BlockReflection for CaptureBlock {
    fn start_tag(&self) -> &str {
        "capture"
    }

    fn end_tag(&self) -> &str {
        "endcapture"
    }

    fn description(&self) -> &str {
        ""
    }
}

impl ParseBlock for CaptureBlock {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut block: TagBlock<'_, '_>,
        language: &Language,
    ) -> Result<Box<dyn Renderable>, Error> {
        let name = arguments.expect_next("Identifier expected")?.expect_identifier().into_result()?;
        let name = KString::from_ref(name);
        arguments.expect_nothing()?;
        let inside = Template::new(block.parse_all(language)?);
        block.assert_empty();
        Ok(Box::new(Capture { name, inside }))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

#[derive(Debug)]
struct Capture {
    name: KString,
    inside: Template,
}

impl Renderable for Capture {
    fn render_to(&self, _: &mut dyn Write, runtime: &dyn Runtime) -> Result<(), Error> {
        let text = text(&self.inside, runtime)?;
        keep(&self.name, text.len(), runtime)?;
        runtime.set_global(self.name.clone(), Value::scalar(text));
        Ok(())
    }
}

/// `ifchanged`, whose text is kept until the next one.
#[derive(Clone, Copy)]
pub(crate) struct IfChangedBlock;

impl BlockReflection for IfChangedBlock {
    fn start_tag(&self) -> &str {
        "ifchanged"
    }

    fn end_tag(&self) -> &str {
        "endifchanged"
    }

    fn description(&self) -> &str {
        ""
    }
}

impl ParseBlock for IfChangedBlock {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut block: TagBlock<'_, '_>,
        language: &Language,
    ) -> Result<Box<dyn Renderable>, Error> {
        arguments.expect_nothing()?;
        let inside = Template::new(block.parse_all(language)?);
        block.assert_empty();
        Ok(Box::new(IfChanged { inside }))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

#[derive(Debug)]
struct IfChanged {
    inside: Template,
}

impl Renderable for IfChanged {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<(), Error> {
        let text = text(&self.inside, runtime)?;
        if runtime.registers().get_mut::<Last>().0.as_ref() == Some(&text) {
            return Ok(());
        }
        keep(&KString::from_static(LAST), text.len(), runtime)?;
        let written = writer.write_all(text.as_bytes());
        runtime.registers().get_mut::<Last>().0 = Some(text);
        written.map_err(|_| Error::with_msg("Failed to render"))
    }
}

/// What the last `ifchanged` wrote.
#[derive(Default)]
struct Last(Option<String>);

/// What a block writes.
fn text(inside: &Template, runtime: &dyn Runtime) -> Result<String, Error> {
    let mut captured = Captured::new(runtime);
    let outcome = inside.render_to(&mut captured, runtime);
    captured.finish(outcome)
}

/// The mark of [`Copied`] in a template.
pub(crate) const LOOP: &str = "_loop";
/// No name of a variable.
const LAST: &str = "{% ifchanged %}";
const NO_SIGN: &str = "Assignment operator \"=\" expected.";
