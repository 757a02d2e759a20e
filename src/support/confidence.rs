//! How sure the product is that the first hit is the right one: what speaks for it
//! (`evidence`), put together with the weights of `models/confidence.toml`.

use crate::{
    config::ConfidenceModel,
    domain::outcome::Confidence,
    support::evidence::{Evidence, FEATURES},
};

/// The confidence in the first hit; none without one.
#[must_use]
pub fn confidence(evidence: Option<&Evidence>, model: &ConfidenceModel) -> Confidence {
    evidence.map_or(Confidence::NONE, |evidence| {
        model.confidence(evidence.group, FEATURES.into_iter().zip(evidence.values))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::evidence::{GUIDES, TEXTS};

    /// A name that no feature has would count nothing, and nobody would notice.
    #[test]
    fn the_shipped_weights_are_those_of_features() {
        let model = ConfidenceModel::default();
        assert_eq!(model.groups.keys().map(String::as_str).collect::<Vec<_>>(), [GUIDES, TEXTS]);
        for (group, weights) in &model.groups {
            let unknown: Vec<&String> =
                weights.weights.keys().filter(|name| !FEATURES.contains(&name.as_str())).collect();
            assert!(unknown.is_empty(), "{group}: {unknown:?}");
        }
    }

    #[test]
    fn more_evidence_is_never_less_sure() {
        let model = ConfidenceModel::default();
        for group in [GUIDES, TEXTS] {
            let base = Evidence { group, values: [0.3; FEATURES.len()] };
            let sure = confidence(Some(&base), &model).value;
            assert!((0.0..=1.0).contains(&sure));
            for name in ["margin", "lexical", "problem"] {
                let mut more = base.clone();
                more.values[FEATURES.iter().position(|one| *one == name).unwrap()] = 0.9;
                assert!(confidence(Some(&more), &model).value >= sure, "{group} {name}");
            }
        }
        assert_eq!(confidence(None, &model), Confidence::NONE);
    }

    /// What a model says counts once weights name it, and not before.
    #[test]
    fn what_a_model_says_is_heard_where_it_is_weighed() {
        let model = ConfidenceModel::default();
        let silent = Evidence { group: GUIDES, values: [0.3; FEATURES.len()] };
        let mut doubting = silent.clone();
        doubting.hear(&crate::support::answer::Heard { nothing: true, ..Default::default() });
        let of = |name: &str| doubting.values[FEATURES.iter().position(|one| *one == name).unwrap()];
        assert!(doubting != silent && of("model_none") > 0.99 && of("model_heard") > 0.99);
        let mut mute = silent.clone();
        mute.hear(&crate::support::answer::Heard::default());
        assert_eq!(mute, silent, "a model that says nothing of it is none");
        assert_eq!(confidence(Some(&doubting), &model), confidence(Some(&silent), &model));
        let mut fitted = model;
        fitted.groups.get_mut(GUIDES).unwrap().weights.insert("model_none".into(), -2.0);
        assert!(confidence(Some(&doubting), &fitted).value < confidence(Some(&silent), &fitted).value);
    }
}
