//! The reader of templates: the library's, with bounds on what it would go down into without end.
//!
//! The library reads blocks in blocks, and values in brackets in brackets, by calls of its own. How deep blocks stand
//! is counted where it happens, in the block's own reader; what it goes down into otherwise is counted in the text.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use liquid::{Error, Parser, ParserBuilder, Template};
use liquid_core::parser::{
    BlockReflection, Language, ParseBlock, ParseTag, TagBlock, TagReflection, TagTokenIter,
};
use liquid_core::runtime::{Renderable, Runtime};
use liquid_lib::stdlib;

use crate::liquid_block::{CaptureBlock, IfChangedBlock, with_tags};
use crate::liquid_filter::with_filters;

/// Reads a template that is in the spelling of the library; or says why it can't be used.
pub(crate) fn parse(text: &str) -> Result<Template, String> {
    refuse_long_chains(text)?;
    PARSER.with(|(parser, depth)| {
        let parser = parser.as_ref().map_err(Clone::clone)?;
        // A text that broke the library down in a block has left it there.
        depth.store(0, Ordering::Relaxed);
        // The library takes for granted what some texts don't hold: numbers that fit, and an end of each block.
        match catch_unwind(AssertUnwindSafe(|| parser.parse(text))) {
            Ok(read) => read.map_err(|error| first_line(&error)),
            Err(_) => Err(BROKEN.to_owned()),
        }
    })
}

thread_local! {
    /// A document may hold thousands of templates, and a parser registers a hundred names; its depth is one text's.
    static PARSER: (Result<Parser, String>, Arc<AtomicUsize>) = {
        let depth = Arc::new(AtomicUsize::new(0));
        (parser(&depth).map_err(|error| first_line(&error)), depth)
    };
}

/// What is wrong, without the picture of the place around it.
pub(crate) fn first_line(error: &Error) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let explained = lines.clone().find_map(|line| line.strip_prefix("= ")).map(str::to_owned);
    let first = || lines.next().unwrap_or_default().trim_start_matches("liquid:").trim().to_owned();
    explained.unwrap_or_else(first)
}

fn parser(depth: &Arc<AtomicUsize>) -> Result<Parser, Error> {
    with_tags(with_filters(ParserBuilder::with_stdlib()))
        .tag(Turn)
        .block(Bounded::new(stdlib::IfBlock, depth))
        .block(Bounded::new(stdlib::UnlessBlock, depth))
        .block(Bounded::new(IfChangedBlock, depth))
        .block(Bounded::new(stdlib::ForBlock, depth))
        .block(Bounded::new(stdlib::CommentBlock, depth))
        .block(Bounded::new(CaptureBlock, depth))
        .block(Bounded::new(stdlib::CaseBlock, depth))
        .build()
}

/// A block that may stand so deep in others, and no deeper.
#[derive(Clone)]
struct Bounded<B> {
    block: B,
    /// How many blocks are being read at this moment, each in the one before.
    depth: Arc<AtomicUsize>,
}

impl<B> Bounded<B> {
    fn new(block: B, depth: &Arc<AtomicUsize>) -> Self {
        Self { block, depth: Arc::clone(depth) }
    }
}

impl<B: ParseBlock + Clone + 'static> ParseBlock for Bounded<B> {
    fn parse(
        &self,
        arguments: TagTokenIter<'_>,
        block: TagBlock<'_, '_>,
        options: &Language,
    ) -> Result<Box<dyn Renderable>, Error> {
        if self.depth.fetch_add(1, Ordering::Relaxed) >= DEEPEST {
            self.depth.fetch_sub(1, Ordering::Relaxed);
            let message = format!(
                "its blocks stand more than {DEEPEST} deep in each other; join conditions with `and` and `or`, or use `case`"
            );
            return Err(Error::with_msg(message));
        }
        let read = self.block.parse(arguments, block, options);
        self.depth.fetch_sub(1, Ordering::Relaxed);
        read
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self.block.reflection()
    }
}

/// A mark that is put into each loop's body: counts how often all loops together turn.
#[derive(Clone, Copy, Debug)]
struct Turn;

impl ParseTag for Turn {
    fn parse(&self, mut arguments: TagTokenIter<'_>, _: &Language) -> Result<Box<dyn Renderable>, Error> {
        arguments.expect_nothing()?;
        Ok(Box::new(*self))
    }

    fn reflection(&self) -> &dyn TagReflection {
        self
    }
}

impl TagReflection for Turn {
    fn tag(&self) -> &str {
        TURN
    }

    fn description(&self) -> &str {
        "counts the turns of loops"
    }
}

impl Renderable for Turn {
    fn render_to(&self, _: &mut dyn Write, runtime: &dyn Runtime) -> Result<(), Error> {
        let mut turns = runtime.registers().get_mut::<Turns>();
        turns.0 += 1;
        if turns.0 > MOST_TURNS {
            return Err(Error::with_msg(format!(
                "its loops turn more than {MOST_TURNS} times; loop over fewer things, with `where` or `limit`"
            )));
        }
        Ok(())
    }
}

#[derive(Default)]
struct Turns(usize);

/// What the library makes one level of each: branches, conditions, and values in the brackets of values. They are
/// counted in the whole text, whatever they are there: a bound from above that nothing can hide from.
fn refuse_long_chains(text: &str) -> Result<(), String> {
    let most = |what: &str, found: usize, most: usize, instead: &str| {
        if found > most { Err(format!("it has more than {most} {what}; {instead}")) } else { Ok(()) }
    };
    most("`elsif`", text.matches("elsif").count(), MOST_BRANCHES, "use `case` and `when`")?;
    let joins = words(text).filter(|word| matches!(*word, "and" | "or")).count();
    most("`and` and `or`", joins, MOST_JOINS, "use `case`, or split the template")?;
    let within = text.match_indices('[').filter(|(at, _)| begins_with_index(text, at + 1)).count();
    most("values in brackets that have brackets", within, DEEPEST, "use `assign` for the inner ones")
}

/// The words of a text; a digit before one belongs to what stands before it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |part: char| part.is_ascii_alphanumeric() || matches!(part, '_' | '-');
    text.split(move |part| !is_part(part))
        .map(|word| word.trim_start_matches(|part: char| part.is_ascii_digit()))
}

/// Whether a name with another bracket begins at byte `at`: `b[` in `a[b[…]]`.
fn begins_with_index(text: &str, at: usize) -> bool {
    let is_part = |part: char| part.is_ascii_alphanumeric() || matches!(part, '_' | '-' | '.');
    let inside = text.get(at..).unwrap_or_default().trim_start();
    let name = inside.find(|part| !is_part(part)).unwrap_or_default();
    name > 0 && inside.get(name..).is_some_and(|rest| rest.starts_with('['))
}

/// The mark of [`Turn`] in a template.
pub(crate) const TURN: &str = "_turn";
const BROKEN: &str =
    "the template library can't read it; look for a block without its end and for a number that is too large";
const DEEPEST: usize = 50;
const MOST_BRANCHES: usize = 200;
const MOST_JOINS: usize = 1000;
const MOST_TURNS: usize = 1_000_000;
