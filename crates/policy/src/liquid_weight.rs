//! What filling one template may use: bytes of what its variables hold, and bytes of what its filters make.

use std::collections::HashMap;
use std::io::{self, Write};

use liquid::Error;
use liquid::model::{KString, ValueView};
use liquid_core::runtime::Runtime;

/// Kept in the registers of the library, for each filling anew.
#[derive(Default)]
pub(crate) struct Used {
    /// What each variable holds.
    variables: HashMap<KString, usize>,
    held: usize,
    /// What all filters, loops and variables together took, also if it is gone.
    made: usize,
}

/// Refuses a value that would be too large.
pub(crate) fn room(bytes: usize) -> Result<(), Error> {
    if bytes > LARGEST { Err(too_large("one value")) } else { Ok(()) }
}

/// Counts a value that is about to be made; refuses it if it or everything that was made is too much.
pub(crate) fn make(bytes: usize, runtime: &dyn Runtime) -> Result<(), Error> {
    room(bytes)?;
    spend(bytes, runtime)
}

/// Counts work, in bytes that are gone through.
pub(crate) fn spend(bytes: usize, runtime: &dyn Runtime) -> Result<(), Error> {
    let mut used = runtime.registers().get_mut::<Used>();
    used.made = used.made.saturating_add(bytes);
    if used.made > MOST_MADE {
        return Err(Error::with_msg(format!(
            "its filters and loops go through more than {} MiB in all; write values where they are needed, instead \
             of collecting them in a variable at each turn of a loop",
            MOST_MADE / MIB
        )));
    }
    Ok(())
}

/// Counts what a variable is about to hold in the place of what it held; refuses it if all hold too much.
pub(crate) fn keep(name: &KString, bytes: usize, runtime: &dyn Runtime) -> Result<(), Error> {
    make(bytes, runtime)?;
    let before = runtime.registers().get_mut::<Used>().variables.insert(name.clone(), bytes);
    let_go(before.unwrap_or_default(), runtime);
    hold(bytes, runtime)
}

fn hold(bytes: usize, runtime: &dyn Runtime) -> Result<(), Error> {
    let mut used = runtime.registers().get_mut::<Used>();
    used.held = used.held.saturating_add(bytes);
    if used.held > LARGEST { Err(too_large("what its variables hold")) } else { Ok(()) }
}

fn let_go(bytes: usize, runtime: &dyn Runtime) {
    let mut used = runtime.registers().get_mut::<Used>();
    used.held = used.held.saturating_sub(bytes);
}

fn too_large(what: &str) -> Error {
    Error::with_msg(format!(
        "{what} takes more than {} MiB; shorten it with `truncate`, or write the parts one after the other",
        LARGEST / MIB
    ))
}

/// The bytes of a value: of its texts, and some for each thing in it. Stops where it is too much anyway.
pub(crate) fn weight(value: &dyn ValueView) -> usize {
    let mut sum = 0;
    add_weight(value, &mut sum);
    sum
}

fn add_weight(value: &dyn ValueView, sum: &mut usize) {
    *sum = sum.saturating_add(BYTES_OF_A_VALUE);
    if *sum > LARGEST {
        return;
    }
    if let Some(items) = value.as_array() {
        items.values().take(LARGEST).for_each(|item| add_weight(item, sum));
    } else if let Some(scalar) = value.as_scalar() {
        *sum = sum.saturating_add(scalar.to_kstr().len());
    } else if let Some(members) = value.as_object() {
        for (name, member) in members.iter() {
            *sum = sum.saturating_add(name.len());
            add_weight(member, sum);
        }
    }
}

/// What is written, up to so many bytes.
#[derive(Default)]
pub(crate) struct Written {
    bytes: Vec<u8>,
    full: bool,
}

impl Written {
    /// What was written; or the reason why not: the library has one of its own for what is full.
    pub(crate) fn finish(self, outcome: Result<(), Error>) -> Result<String, Error> {
        match outcome {
            Err(_) if self.full => Err(too_large("what it writes")),
            Err(error) => Err(error),
            Ok(()) => Ok(String::from_utf8_lossy(&self.bytes).into_owned()),
        }
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > LARGEST {
            self.full = true;
            return Err(io::Error::other("full"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a block writes to be kept: counts beside all variables while it grows, as blocks stand in blocks.
pub(crate) struct Captured<'r> {
    written: Written,
    runtime: &'r dyn Runtime,
}

impl<'r> Captured<'r> {
    pub(crate) fn new(runtime: &'r dyn Runtime) -> Self {
        Self { written: Written::default(), runtime }
    }

    pub(crate) fn finish(self, outcome: Result<(), Error>) -> Result<String, Error> {
        let_go(self.written.bytes.len(), self.runtime);
        self.written.finish(outcome)
    }
}

impl Write for Captured<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = spend(bytes.len(), self.runtime).and_then(|()| hold(bytes.len(), self.runtime));
        if room.is_err() {
            self.written.full = true;
            return Err(io::Error::other("full"));
        }
        self.written.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a list takes for each thing in it.
pub(crate) const BYTES_OF_A_VALUE: usize = 64;
/// The most that one value, all variables together, or the text of a template may take.
pub(crate) const LARGEST: usize = crate::expression::room::MOST_BYTES;
/// About a second of copying.
const MOST_MADE: usize = 16 * LARGEST;
const MIB: usize = 1024 * 1024;
