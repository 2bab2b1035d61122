"""What taking over カオナビ's options does to our types: decided before anything is written."""

from assessments.adoption import OwnType, plan_adoption
from assessments.name_lookup import Named

SEEKER = OwnType(Named("seeker", "シーカー", "探求者"), False, 5)
MOOD_MAKER = OwnType(Named("mood_maker", "ムードメーカー", "盛り上げ役"), False, 2)
SUPPORTER = OwnType(Named("supporter", "サポーター", "支援者"), True, 0)
MENTOR = OwnType(Named("mentor", "メンター", "育成者"), True, 3)
TYPES = (SEEKER, MOOD_MAKER, SUPPORTER, MENTOR)


def test_it_does_nothing_where_both_name_the_same():
    plan = plan_adoption(TYPES, ["ｼｰｶｰ (探求者)", "ムードメーカー", "サポーター（支援者）", "メンター"])
    assert not plan.differs
    assert plan.confirmed == ("supporter", "mentor")


def test_it_adds_what_we_lack_once():
    plan = plan_adoption((SEEKER,), ["シーカー", "ドリーマー（夢想家）", "ドリーマー (夢想家)", " "])
    assert plan.added == ("ドリーマー（夢想家）",)


def test_it_takes_another_japanese_name_over():
    plan = plan_adoption((MOOD_MAKER,), ["ムードメーカー（元気者）"])
    assert (plan.renamed, plan.added) == ({"mood_maker": "ムードメーカー（元気者）"}, ())


def test_it_removes_stand_ins_that_no_result_has_and_no_other_type():
    plan = plan_adoption(TYPES, ["ドリーマー"])
    assert (plan.removed, plan.undecided, plan.unlisted) == (("supporter",), ("mentor",), ("seeker", "mood_maker"))


def test_it_renames_a_stand_in_in_use_only_as_a_person_says():
    options = ["シーカー", "ムードメーカー", "ドリーマー", "ナビゲーター"]
    plan = plan_adoption(TYPES, options, {"mentor": "ナビゲーター"})
    assert (plan.renamed, plan.added, plan.undecided) == ({"mentor": "ナビゲーター"}, ("ドリーマー",), ())


def test_it_does_not_believe_what_is_said_of_other_types_or_options():
    plan = plan_adoption(
        TYPES, ["ドリーマー"], {"seeker": "ドリーマー", "mentor": "ナビゲーター", "nobody": "ドリーマー"}
    )
    assert (plan.renamed, plan.added) == ({}, ("ドリーマー",))


def test_it_gives_two_options_of_one_name_to_one_type_alone():
    plan = plan_adoption((MOOD_MAKER,), ["ムードメーカー（甲）", "ムードメーカー（乙）"])
    assert (plan.renamed, plan.added) == ({"mood_maker": "ムードメーカー（甲）"}, ("ムードメーカー（乙）",))
