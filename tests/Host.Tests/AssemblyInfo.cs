// Two cores and a worker in each class: what is timed here would be late.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
