use folkmoot::domain::activity::{Activity, Count, Window};

fn visits(days: &[i64]) -> Activity {
    let mut activity = Activity::default();
    for &day in days {
        activity.add(Count::Visits, day, 1);
    }
    activity
}

#[test]
fn a_window_ends_with_today_and_has_so_many_days() {
    let mut activity = Activity::default();
    for day in [93, 94, 100, 101] {
        activity.add(Count::Posts, day, 2);
    }
    assert_eq!(activity.over(Count::Posts, Window::Days(7), 100), Some(4));
    assert_eq!(activity.over(Count::Posts, Window::Ever, 100), Some(6));
}

#[test]
fn what_the_host_never_told_is_unknown_and_what_it_told_of_another_day_is_zero() {
    let mut activity = Activity::default();
    activity.add(Count::Posts, 3, 0);
    assert_eq!(activity.over(Count::Posts, Window::Days(7), 100), Some(0));
    assert_eq!(activity.over(Count::Visits, Window::Ever, 100), None);
    assert_eq!((activity.active_days(Window::Ever, 100), activity.longest_run(100)), (None, None));
}

#[test]
fn the_best_post_is_the_greatest_of_the_days() {
    let mut activity = Activity::default();
    for (day, n) in [(1, 4), (2, 11), (2, 7), (3, 0)] {
        activity.add(Count::BestPost, day, n);
    }
    assert_eq!(activity.over(Count::BestPost, Window::Ever, 9), Some(11));
}

#[test]
fn runs_are_of_days_one_after_the_other() {
    let activity = visits(&[1, 2, 3, 4, 8, 9]);
    assert_eq!(activity.longest_run(9), Some(4));
    assert_eq!(activity.longest_run(2), Some(2));
    assert_eq!([9, 10, 11].map(|today| activity.current_run(today)), [Some(2), Some(2), Some(0)]);
}

#[test]
fn the_best_week_is_one_of_the_last_four() {
    assert_eq!(visits(&[50, 51, 52, 73, 80, 81]).best_week(100), Some(2));
    assert_eq!(visits(&[50, 51, 52]).best_week(100), Some(0));
}
