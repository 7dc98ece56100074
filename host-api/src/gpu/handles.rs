//! Handles: numbers that stand for what a guest made, and for nothing else once that is closed.

use super::{Errno, Error};

/// How many bits of a handle say which place of the table it is; the rest, but for the sign, says which use of it.
const PLACE_BITS: u32 = 16;
const PLACES: usize = (1 << PLACE_BITS) - 1;
const GENERATIONS: u16 = 1 << (31 - PLACE_BITS);

/// What a guest made, by handle.
#[derive(Debug)]
pub(super) struct Table<T> {
    places: Vec<Place<T>>,
    free: Vec<usize>,
    limit: usize,
}

#[derive(Debug)]
struct Place<T> {
    generation: u16,
    value: Option<T>,
}

impl<T> Table<T> {
    /// A table of at most so many.
    pub(super) fn new(limit: usize) -> Table<T> {
        Table { places: Vec::new(), free: Vec::new(), limit: limit.min(PLACES) }
    }

    /// Whether there is room for one more.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn room(&self) -> Result<(), Error> {
        if self.free.is_empty() && self.places.len() >= self.limit {
            let text = format!("there are {} handles, and no more may be open at a time", self.limit);
            return Err(Error::new(Errno::Quota, text));
        }
        Ok(())
    }

    /// The handle of something new.
    ///
    /// # Errors
    /// There is no room.
    pub(super) fn add(&mut self, value: T) -> Result<i32, Error> {
        self.room()?;
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { generation: 0, value: None });
            self.places.len() - 1
        });
        let place = &mut self.places[index];
        place.value = Some(value);
        // From 1 on, so that 0 is no handle.
        Ok(i32::from(place.generation) << PLACE_BITS | (index as i32 + 1))
    }

    pub(super) fn get(&self, handle: i32) -> Option<&T> {
        self.places.get(self.place(handle)?)?.value.as_ref()
    }

    pub(super) fn get_mut(&mut self, handle: i32) -> Option<&mut T> {
        let place = self.place(handle)?;
        self.places.get_mut(place)?.value.as_mut()
    }

    /// Takes out what a handle stands for; it never stands for anything else until all generations of its place are
    /// through.
    pub(super) fn remove(&mut self, handle: i32) -> Option<T> {
        let index = self.place(handle)?;
        let place = self.places.get_mut(index)?;
        let value = place.value.take()?;
        place.generation = (place.generation + 1) % GENERATIONS;
        self.free.push(index);
        Some(value)
    }

    /// Takes out all that are like this.
    pub(super) fn remove_all(&mut self, is_like: impl Fn(&T) -> bool) {
        for (index, place) in self.places.iter_mut().enumerate() {
            if place.value.as_ref().is_some_and(&is_like) {
                place.value = None;
                place.generation = (place.generation + 1) % GENERATIONS;
                self.free.push(index);
            }
        }
    }

    /// Takes out everything.
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.free.clear();
    }

    fn place(&self, handle: i32) -> Option<usize> {
        let handle = u32::try_from(handle).ok()?;
        let index = (handle as usize & PLACES).checked_sub(1)?;
        let generation = (handle >> PLACE_BITS) as u16;
        self.places.get(index).filter(|place| place.generation == generation).map(|_| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_handle_stands_for_nothing() {
        let mut table = Table::new(2);
        let (a, b) = (table.add('a').unwrap(), table.add('b').unwrap());
        assert!(a > 0 && b > 0);
        assert_eq!(table.add('c').unwrap_err().errno, Errno::Quota);
        assert_eq!(table.remove(a), Some('a'));
        assert_eq!(table.get(a), None);
        assert_eq!(table.remove(a), None);
        let c = table.add('c').unwrap();
        assert_ne!(a, c);
        assert_eq!((table.get(a), table.get(b), table.get(c)), (None, Some(&'b'), Some(&'c')));
        for wrong in [0, -1, i32::MIN, i32::MAX, c + 1, c | 1 << 30] {
            assert_eq!(table.get(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn generations_come_round() {
        let mut table = Table::new(1);
        for _ in 0..=u32::from(GENERATIONS) {
            let handle = table.add(()).unwrap();
            assert!(handle > 0 && table.remove(handle).is_some());
        }
    }
}
