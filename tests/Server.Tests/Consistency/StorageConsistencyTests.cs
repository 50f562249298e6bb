namespace Postern.Tests;

/// <summary>The tables that the stores use are the ones that the template makes and that SCHEMA.md describes.</summary>
public class StorageConsistencyTests
{
    private static readonly IReadOnlyList<string> Stores = Documents.Files("src/Storage", "*.cs");

    /// <summary>The constants with which a store names a table.</summary>
    private static IReadOnlyList<string> LastingTables { get; } =
        [
            .. from store in Stores
               from constant in Documents.All(store, @"tables\.(?!ListTables)\w+Async\((\w+),").Distinct()
               from name in Documents.All(store, $"""const string {constant} = "(\w+)";""")
               orderby name
               select name,
        ];

    private static string TemplateTables { get; } = Assert.Single(Documents.All(Documents.Bicep, @"var lastingTables = \[((?:\s+'\w+')+)"));

    [Fact]
    public void There_are_lasting_tables() => Assert.Contains("clients", LastingTables);

    [Fact]
    public void The_template_makes_every_lasting_table() =>
        Assert.Equal(LastingTables, Documents.All(TemplateTables, @"'(\w+)'").Order(StringComparer.Ordinal));

    [Fact]
    public void The_schema_describes_every_table() =>
        Assert.Equal(
            LastingTables.Append("expiringYYYYMMDD").Order(StringComparer.Ordinal),
            Documents.All(Documents.Schema, "^## `(\\w+)`$").Order(StringComparer.Ordinal)
        );

    [Fact]
    public void The_schema_describes_every_column()
    {
        var columns = Stores.SelectMany(store => Documents.All(store, "\\.Set\\(\"(\\w+)\"")).Distinct().ToList();
        Assert.Contains("HintedSubject", columns);
        Assert.Empty(columns.Except(Documents.Code(Documents.Schema).SelectMany(code => code.Split(' '))));
    }

    [Fact]
    public void The_schema_describes_every_kind_of_expiring_row() =>
        Assert.Equal(
            Stores.SelectMany(store => Documents.All(store, """new(?: ExpiringRows)?\(tables, "(\w+)"\)""")).Order(StringComparer.Ordinal),
            Documents.Table(Documents.Schema, "| kind | day of | columns | written by |")
                .SelectMany(row => Documents.Code(row[0]))
                .Order(StringComparer.Ordinal)
        );
}
