//! "Did you mean …?"

/// Names longer than this are no misspellings.
const LONGEST: usize = 48;

/// The valid name that is nearest to what was written, if one is near.
pub(crate) fn suggest<'a>(written: &str, valid: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // A single character is as near to one as to any other.
    if written.len() > LONGEST || written.chars().nth(1).is_none() {
        return None;
    }
    let written = written.to_lowercase();
    let allowed = (written.chars().count() / 3).max(1);
    valid
        .map(|name| (strsim::osa_distance(&written, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        let names = ["EntryModule", "EntryPoint", "Parameters"];
        assert_eq!(suggest("entrymodul", names.into_iter()), Some("EntryModule"));
        assert_eq!(suggest("Paramters", names.into_iter()), Some("Parameters"));
        assert_eq!(suggest("3", ["=", "!"].into_iter()), None);
        assert_eq!(suggest("Image", names.into_iter()), None);
        assert_eq!(suggest(&"x".repeat(10_000), names.into_iter()), None);
    }
}
