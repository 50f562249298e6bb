using FsCheck;
using FsCheck.Fluent;

namespace Postern.Tests;

/// <summary>What holds whatever the history of creations, disablings and time.</summary>
public class KeyRingLaws
{
    private static readonly int Lead = History.Steps(History.Schedule.Lead);
    private static readonly int Refresh = History.Steps(History.Schedule.RefreshInterval);
    private static readonly int TokenLifetime = History.Steps(History.Schedule.LongestToken);

    [Fact]
    public void Whoever_signs_was_published_by_every_instance_for_the_lead_if_any_good_key_was() =>
        Hold(enables: false, history =>
            from step in Enumerable.Range(0, history.Moments.Count)
            from view in history.Moments[step].Views
                // No instance can know that every other one has published a key for the lead until a refresh later.
                // One that was withdrawn a moment ago still signs at an instance which does not know yet.
            let disabled = history.Moments[step].Disabled
            where view.Signs is not null && !disabled.Contains(view.Signs) && !WasPublished(history, view.Signs, step)
            let candidates = view.Good.Select(key => key.Id).Where(key => !disabled.Contains(key))
            where candidates.Any(key => WasPublished(history, key, step - Refresh) && WasPublished(history, key, step))
            select $"at step {step} {view.Signs} signs");

    [Fact]
    public void What_signed_is_published_by_every_instance_until_its_last_token_has_expired() =>
        Hold(enables: true, history =>
            from step in Enumerable.Range(0, history.Moments.Count)
            from signs in history.Moments[step].Views.Select(view => view.Signs).OfType<string>().Distinct()
                // A first key, or one that takes over in an emergency, is news to an instance until it reads again.
            let known = WasPublished(history, signs, step) ? step : step + Refresh
            from later in Enumerable.Range(known, Math.Max(0, Math.Min(step + TokenLifetime, history.Moments.Count) - known))
            where !Withdrawn(history, signs, step, later) && !history.Emergencies.Exists(change => change <= later && later < change + Refresh)
            where history.Moments[later].Views.Any(view => !view.Published.Contains(signs))
            select $"{signs} signed at step {step} and is not published at {later}");

    [Fact]
    public void Some_key_signs_whenever_any_good_key_exists_and_only_a_good_one_does() =>
        Hold(enables: true, history =>
            from step in Enumerable.Range(0, history.Moments.Count)
            from view in history.Moments[step].Views
            where view.Signs is null ? view.Good.Count > 0 : view.Good.All(key => key.Id != view.Signs)
            select $"at step {step} {view.Signs ?? "nothing"} signs");

    [Fact]
    public void What_signs_is_published_and_what_is_withdrawn_is_not_once_it_is_known() =>
        Hold(enables: true, history =>
            from step in Enumerable.Range(0, history.Moments.Count)
            from view in history.Moments[step].Views
            let since = history.Moments.Skip(step - Math.Min(step, Refresh)).Take(Math.Min(step, Refresh) + 1)
            where (view.Signs is not null && !view.Published.Contains(view.Signs))
                || view.Published.Any(key => since.All(moment => moment.Disabled.Contains(key)))
            select $"at step {step}");

    [Fact]
    public void Instances_agree_once_each_has_read_the_last_change() =>
        Hold(enables: true, history =>
            from step in Enumerable.Range(0, history.Moments.Count)
            where !history.Changes.Exists(change => change <= step && step < change + Refresh)
            where history.Moments[step].Views.Select(view => view.Signs).Distinct().Count() > 1
            select $"at step {step}");

    [Fact]
    public void What_is_published_stays_for_as_long_as_the_ring_says() =>
        Hold(enables: true, history =>
            from step in Enumerable.Range(1, Math.Max(0, history.Moments.Count - 1))
            from views in history.Moments[step - 1].Views.Zip(history.Moments[step].Views)
            where views.First.Known == views.Second.Known && History.At(step) < views.First.UnchangedUntil
            where !views.First.Published.SetEquals(views.Second.Published)
            select $"at step {step}");

    private static bool WasPublished(History history, string key, int step) =>
        step >= Lead && history.Moments.Skip(step - Lead).Take(Lead + 1).All(moment => moment.Views.All(view => view.Published.Contains(key)));

    private static bool Withdrawn(History history, string key, int from, int to) =>
        history.Moments.Skip(from - Math.Min(from, Refresh)).Take(to - from + Refresh + 1).Any(moment => moment.Disabled.Contains(key));

    private static void Hold(bool enables, Func<History, IEnumerable<string>> violations) =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), script => violations(new History(script, enables)).FirstOrDefault().AsProperty())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(40));
}

internal static class Violations
{
    public static Property AsProperty(this string? violation) => (violation is null).Label(violation ?? "");
}
