//! Which requests have their spans sent.

use super::context::Context;

/// Which requests have their spans sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sampler {
    /// What the caller says of its trace goes for the request, too.
    parent: bool,
    root: Root,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Root {
    All,
    None,
    /// Traces whose names are below this, of all below 2⁶³.
    Below(u64),
}

impl Default for Sampler {
    /// Those whose callers say so, and all that have no caller with a trace.
    fn default() -> Sampler {
        Sampler { parent: true, root: Root::All }
    }
}

impl Sampler {
    /// By the names that [OpenTelemetry](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/)
    /// has for them (`OTEL_TRACES_SAMPLER`): `always_on`, `always_off`, `traceidratio`, and each of these behind
    /// `parentbased_`. A ratio is a number from 0 to 1, and 1 where none is said. None if there is no such sampler.
    pub fn named(name: &str, ratio: Option<f64>) -> Option<Sampler> {
        let (parent, name) = match name.strip_prefix("parentbased_") {
            Some(name) => (true, name),
            None => (false, name),
        };
        let root = match name {
            "always_on" => Root::All,
            "always_off" => Root::None,
            // As every other implementation does it, so that all parts of a trace are kept, or none is.
            "traceidratio" => match ratio.unwrap_or(1.0) {
                ratio @ 0.0..1.0 => Root::Below((ratio * (1_u64 << 63) as f64) as u64),
                1.0 => Root::All,
                _ => return None,
            },
            _ => return None,
        };
        Some(Sampler { parent, root })
    }

    /// Whether a span of a trace is sent.
    pub(super) fn samples(&self, caller: Option<&Context>, trace: [u8; 16]) -> bool {
        match (caller, self.root) {
            (Some(caller), _) if self.parent => caller.is_sampled(),
            (_, Root::All) => true,
            (_, Root::None) => false,
            (_, Root::Below(end)) => {
                let [.., a, b, c, d, e, f, g, h] = trace;
                u64::from_be_bytes([a, b, c, d, e, f, g, h]) >> 1 < end
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samplers_do_what_their_names_say() {
        let low = [0; 16];
        let high = [0xff; 16];
        let kept = Context::new(high, [1; 8], true);
        let left = Context::new(low, [1; 8], false);
        // By name: without a caller, with one that is kept, with one that is not.
        let table = [
            ("always_on", [true, true, true]),
            ("always_off", [false, false, false]),
            ("parentbased_always_on", [true, true, false]),
            ("parentbased_always_off", [false, true, false]),
            ("traceidratio", [true, false, true]),
            ("parentbased_traceidratio", [true, true, false]),
        ];
        for (name, expected) in table {
            let sampler = Sampler::named(name, Some(0.5)).unwrap();
            let found = [
                sampler.samples(None, low),
                sampler.samples(Some(&kept), kept.trace),
                sampler.samples(Some(&left), left.trace),
            ];
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(Sampler::named("traceidratio", None), Sampler::named("always_on", None));
        for (name, ratio) in
            [("sometimes", None), ("traceidratio", Some(1.5)), ("traceidratio", Some(f64::NAN))]
        {
            assert_eq!(Sampler::named(name, ratio), None, "{name}");
        }
    }
}
