//! What every call has in common: codes, messages, and that nothing unwinds into C.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use evengrid::{Error, Result};

/// How a call ended: as the exit codes of the command line.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvengridCode {
    /// Done, and all that was asked is kept.
    Ok = 0,
    /// Done, and something that was asked could not be kept; the message says what.
    Incomplete = 1,
    /// Not done: input that cannot be used; the message says what, and the cure.
    Unusable = 2,
    /// Not done: a fault of evengrid's own. Please report the message.
    Fault = 3,
}

thread_local! {
    static MESSAGE: RefCell<CString> = RefCell::new(CString::default());
}

/// What a call that was answered has to tell.
pub(crate) enum Answer {
    /// All is kept.
    Kept,
    /// All is kept, and something was taken for granted.
    Remark(String),
    /// Something could not be kept.
    Unmet(String),
}

impl From<Option<String>> for Answer {
    fn from(unmet: Option<String>) -> Answer {
        unmet.map_or(Answer::Kept, Answer::Unmet)
    }
}

/// Runs a call: its error becomes a code and a message, and so does a panic.
pub(crate) fn answer(call: impl FnOnce() -> Result<Answer>) -> EvengridCode {
    // Nothing that a panic may have left half-done is looked at again: what a call makes is handed
    // over as its last step.
    let (code, message) = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(Answer::Kept)) => (EvengridCode::Ok, String::new()),
        Ok(Ok(Answer::Remark(remark))) => (EvengridCode::Ok, remark),
        Ok(Ok(Answer::Unmet(unmet))) => (EvengridCode::Incomplete, unmet),
        Ok(Err(error)) => (EvengridCode::Unusable, error.to_string()),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
            (EvengridCode::Fault, format!("a fault in evengrid: {}", said.unwrap_or("unknown")))
        }
    };
    MESSAGE.with_borrow_mut(|last| *last = c_text(&message));
    code
}

/// Text for C; a zero byte in it, where text would end, becomes a replacement character.
pub(crate) fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default()
}

/// The text at a pointer.
///
/// # Safety
/// `text` is null or points to text that ends with a zero byte and lives as long as `'a`.
pub(crate) unsafe fn text<'a>(text: *const c_char, name: &str) -> Result<&'a str> {
    if text.is_null() {
        return Err(null(name));
    }
    // SAFETY: not null, and the caller vouches for the rest.
    unsafe { CStr::from_ptr(text) }
        .to_str()
        .map_err(|_| Error::request(format!("{name} is not UTF-8"), "give text in UTF-8"))
}

/// The array at a pointer.
///
/// # Safety
/// `first` is null or points to `count` values that live as long as `'a` and are not changed.
pub(crate) unsafe fn array<'a, T>(first: *const T, count: usize, name: &str) -> Result<&'a [T]> {
    check(first, count, name)?;
    if count == 0 {
        return Ok(&[]);
    }
    // SAFETY: aligned, not null and not larger than the address space; the caller vouches for the
    // rest.
    Ok(unsafe { std::slice::from_raw_parts(first, count) })
}

/// Room that C has for values. It is written, never read or referred to: what is in it may never have
/// been set.
pub(crate) struct Room<T> {
    first: *mut T,
    count: usize,
}

impl<T: Copy> Room<T> {
    /// The room at a pointer.
    ///
    /// # Safety
    /// `first` is null or points to room for `count` values, which nobody else reads or writes before
    /// the call has returned.
    pub(crate) unsafe fn at(first: *mut T, count: usize, name: &str) -> Result<Room<T>> {
        check(first, count, name)?;
        Ok(Room { first, count })
    }

    /// The same for one value that need not be asked for: null is no room.
    ///
    /// # Safety
    /// As [`Room::at`].
    pub(crate) unsafe fn for_one(first: *mut T, name: &str) -> Result<Room<T>> {
        // SAFETY: as the caller vouches.
        unsafe { Room::at(first, usize::from(!first.is_null()), name) }
    }

    /// Sets all of it, or as much as there are values for.
    pub(crate) fn fill(&self, values: &[T]) {
        if self.count > 0 {
            let count = self.count.min(values.len());
            // SAFETY: aligned, not null, room for so many; and as it is C's, no values of ours lie in it.
            unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), self.first, count) }
        }
    }
}

/// What stands in the way of an array, as far as can be seen from its pointer and length.
fn check<T>(first: *const T, count: usize, name: &str) -> Result<()> {
    if count > 0 && first.is_null() {
        return Err(null(name));
    }
    let fits = count.checked_mul(size_of::<T>()).is_some_and(|bytes| bytes <= isize::MAX as usize);
    if !fits || !first.is_aligned() {
        return Err(Error::request(
            format!("{name} cannot be an array of {count}"),
            "give the address of its first element, and its length",
        ));
    }
    Ok(())
}

/// The error of a null pointer.
pub(crate) fn null(name: &str) -> Error {
    Error::request(format!("{name} is NULL"), "give the address of it")
}

/// What went wrong, could not be kept, or was taken for granted in the last call on this thread that
/// returned a code; empty where there is nothing to tell. Valid until the next such call on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn evengrid_message() -> *const c_char {
    MESSAGE.with_borrow(|message| message.as_ptr())
}

/// The version of evengrid, such as `0.1.0`.
#[unsafe(no_mangle)]
pub extern "C" fn evengrid_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn message() -> String {
        // SAFETY: the message is text that ends with a zero byte.
        unsafe { CStr::from_ptr(evengrid_message()) }.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_panic_becomes_a_code() {
        let code = answer(|| panic!("one {}", "two"));
        assert_eq!((code, message()), (EvengridCode::Fault, "a fault in evengrid: one two".into()));
        assert_eq!(answer(|| Ok(Answer::Remark("so much".into()))), EvengridCode::Ok);
        assert_eq!(message(), "so much");
        assert_eq!(answer(|| Ok(Answer::Kept)), EvengridCode::Ok);
        assert_eq!(message(), "");
    }

    #[test]
    fn room_is_filled_and_no_further() {
        let mut values = [std::mem::MaybeUninit::<u32>::uninit(); 3];
        values[2].write(9);
        // SAFETY: room for two, and more.
        let room = unsafe { Room::at(values.as_mut_ptr().cast::<u32>(), 2, "values") }.unwrap();
        room.fill(&[1, 2, 3]);
        // SAFETY: all three are set.
        assert_eq!(values.map(|value| unsafe { value.assume_init() }), [1, 2, 9]);
        // SAFETY: null and an odd address are refused, or no room.
        unsafe {
            Room::for_one(std::ptr::null_mut::<u32>(), "values").unwrap().fill(&[1]);
            assert!(Room::at(std::ptr::null_mut::<u32>(), 1, "values").is_err());
            assert!(Room::for_one(std::ptr::without_provenance_mut::<u32>(1), "values").is_err());
        }
    }

    #[test]
    fn messages_end_where_they_end() {
        let code = answer(|| Err(Error::request("a\0b", "c")));
        assert_eq!((code, message()), (EvengridCode::Unusable, "a\u{fffd}b; c".into()));
    }
}
