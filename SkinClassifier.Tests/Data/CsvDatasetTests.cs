using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

/// <summary>Tables as they are published and as people write them.</summary>
public sealed class CsvDatasetTests
{
    private TestImages _images = null!;

    [SetUp]
    public void Prepare() => _images = new TestImages();

    [TearDown]
    public void CleanUp() => _images.Dispose();

    private ImageDataset Read(string csv, ImageDatasetOptions? options = null) => ImageDataset.FromCsv(_images.AddText("table.csv", csv), options);

    /// <summary>Adds images 0 … count − 1 under names with the number put in for "#".</summary>
    private void Add(string pattern, int count)
    {
        for (int i = 0; i < count; i++)
            _images.Add(pattern.Replace("#", $"{i}", StringComparison.Ordinal), i);
    }

    [Test]
    public void Ham10000_finds_its_images_in_the_folders_below()
    {
        for (int i = 0; i < 6; i++)
            _images.Add($"HAM10000_images_part_{i % 2 + 1}/ISIC_002430{i}.png", i);
        string rows = string.Concat(Enumerable.Range(0, 6).Select(i => $"HAM_000{i / 2},ISIC_002430{i},{(i < 4 ? "nv" : "mel")},histo,80.0,male,scalp\n"));
        ImageDataset data = Read("lesion_id,image_id,dx,dx_type,age,sex,localization\n" + rows);
        Assert.That(data.Labels, Is.EqualTo(new[] { "mel", "nv" }));
        Assert.That(data.Examples.Select(e => e.Path), Is.EqualTo(Enumerable.Range(0, 6).Select(i => $"HAM10000_images_part_{i % 2 + 1}/ISIC_002430{i}.png")));
        Assert.That((data.Csv!.PathColumn, data.Csv.LabelColumns.Single(), data.Csv.SuggestedGroupColumn, data.Csv.FoundBelow),
            Is.EqualTo(("image_id", "dx", "lesion_id", true)));
    }

    [TestCase("image,MEL,NV,BCC,AKIEC,BKL,DF,VASC", "ISIC_#,1.0,0.0,0.0,0.0,0.0,0.0,0.0", "ISIC_#,0.0,1.0,0.0,0.0,0.0,0.0,0.0", "MEL", "NV",
        TestName = "Isic_2018_ground_truth_is_read")]
    [TestCase("image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK", "ISIC_#,0,0,1,0,0,0,0,0,0", "ISIC_#,0,0,0,0,0,0,0,1,0", "BCC", "SCC",
        TestName = "Isic_2019_ground_truth_is_read")]
    [TestCase("image_name,patient_id,lesion_id,sex,age_approx,anatom_site_general_challenge,diagnosis,benign_malignant,target",
        "ISIC_#,IP_1,IL_1,male,45.0,torso,unknown,benign,0", "ISIC_#,IP_2,IL_2,female,50.0,torso,melanoma,malignant,1", "0", "1",
        TestName = "Isic_2020_ground_truth_is_read")]
    [TestCase("isic_id,attribution,copyright_license,age_approx,anatom_site_general,concomitant_biopsy,diagnosis_1,diagnosis_2,diagnosis_3,"
        + "image_type,lesion_id,sex", "ISIC_#,\"Hospital, Barcelona\",CC-0,45,torso,True,Benign,Benign melanocytic,Nevus,dermoscopic,IL_1,male",
        "ISIC_#,Anon,CC-BY,85,,,Malignant,,\"Melanoma, NOS\",dermoscopic,IL_1,", "Benign", "Malignant", TestName = "An_export_of_the_Isic_archive_is_read")]
    [TestCase("patient_id,lesion_id,smoke,drink,background_father,pesticide,gender,cancer_history,fitspatrick,region,diameter_1,diagnostic,itch,grew,"
        + "hurt,changed,bleed,elevation,img_id,biopsed", "PAT_1516,1765,,,,,,,,NECK,,NEV,FALSE,FALSE,FALSE,FALSE,FALSE,FALSE,ISIC_#.png,FALSE",
        "PAT_46,881,False,False,POMERANIA,False,FEMALE,True,2.0,FACE,6.0,BCC,True,True,False,True,True,True,ISIC_#.png,True", "BCC", "NEV",
        TestName = "Pad_ufes_20_is_read")]
    [TestCase("md5hash,fitzpatrick_scale,fitzpatrick_centaur,label,nine_partition_label,three_partition_label,qc,url,url_alphanum",
        "ISIC_#,3,3,drug induced pigmentary changes,inflammatory,non-neoplastic,,http://x/1.jpg,x1.jpg",
        "ISIC_#,1,1,photodermatoses,inflammatory,non-neoplastic,,http://x/2.jpg,x2.jpg", "drug induced pigmentary changes", "photodermatoses",
        TestName = "Fitzpatrick17k_is_read")]
    [TestCase("isic_id,target,patient_id,age_approx,sex,anatom_site_general,clin_size_long_diam_mm,image_type,tbp_tile_type,tbp_lv_A,attribution,"
        + "copyright_license,lesion_id,iddx_full,iddx_1,tbp_lv_dnn_lesion_confidence",
        "ISIC_#,0,IP_1,60.0,male,lower extremity,3.04,TBP tile: close-up,3D: white,20.2,Memorial,CC-BY,,Benign,Benign,97.5",
        "ISIC_#,1,IP_1,60.0,male,head,1.1,TBP tile: close-up,3D: white,31.7,Memorial,CC-BY,IL_1,Malignant,Malignant,3.1", "0", "1",
        TestName = "Slice_3d_is_read")]
    public void Published_headers_are_understood(string header, string first, string second, string one, string other)
    {
        Add("input/inner/ISIC_#.png", 8);
        string rows = string.Concat(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? first : second).Replace("#", $"{i}", StringComparison.Ordinal) + "\r\n"));
        foreach (string bom in (string[])["", "\uFEFF"])
        {
            ImageDataset data = Read($"{bom}{header}\r\n{rows}");
            Assert.That(data.Labels, Is.EqualTo(new[] { one, other }));
            Assert.That(data.CountByLabel(), Is.EqualTo(new[] { 4, 4 }));
            Assert.That(data.Skipped, Is.Empty);
            string[] elsewhere = ["--", data.Csv!.PathColumn, .. data.Csv.LabelColumns];
            Assert.That(elsewhere, Is.Unique.And.All.Not.Empty);
        }
    }

    [Test]
    public void A_class_column_without_a_one_is_named_and_left_out()
    {
        Add("i#.png", 4);
        ImageDataset data = Read("image,A,B,UNK\ni0,1,0,0\ni1,1,0,0\ni2,0,1,0\ni3,0,1,0\n");
        Assert.That(data.Labels, Is.EqualTo(new[] { "A", "B" }));
        Assert.That(data.Warnings, Has.Some.Contains("'UNK'"));
    }

    [TestCase("image,A,B\ni0,1,0\ni1,1,1\ni2,0,1\n", "row 3 has 2 of them set")]
    [TestCase("image,A,B\ni0,1,0\ni1,0,0\ni2,0,1\n", "row 3 has 0 of them set")]
    public void Columns_of_0_and_1_that_are_not_one_class_per_row_are_not_guessed(string csv, string expected)
    {
        Add("i#.png", 3);
        Assert.That(() => Read(csv), Throws.InstanceOf<InvalidContentException>().With.Message.Contains(expected).And.Message.Contains("--label-column A,B"));
    }

    [Test]
    public void Weights_beside_the_columns_of_the_classes_are_no_classes()
    {
        Add("i#.png", 4);
        ImageDataset data = Read("image,A,B,score_weight,validation_weight\n"
            + "i0,1.0,0.0,1.0,0.0\ni1,1.0,0.0,1.0,1.0\ni2,0.0,1.0,1.0,0.0\ni3,0.0,1.0,0.0,0.0\n");
        Assert.That(data.Csv!.LabelColumns, Is.EqualTo(new[] { "A", "B" }));
        Assert.That(data.CountByLabel(), Is.EqualTo(new[] { 2, 2 }));
    }

    [TestCase("subset")]
    [TestCase("Set")]
    [TestCase("partition")]
    public void A_misspelled_set_in_any_column_of_sets_is_refused_and_other_columns_are_left_alone(string column)
    {
        Add("i#.png", 4);
        Assert.That(() => Read($"image,dx,{column}\ni0,a,train\ni1,b,train\ni2,a,tset\ni3,b,\n"),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("row 4").And.Message.Contains("'tset'").And.Message.Contains("holdout"));
        ImageDataset data = Read($"image,dx,{column}\ni0,a,A\ni1,b,A\ni2,a,B\ni3,b,\n");
        Assert.That((data.Csv!.SplitColumn, data.Examples.Count(e => e.Split == DatasetSplit.Unassigned)), Is.EqualTo(((string?)null, 4)));
    }

    [TestCase("image,dx,DX", "'dx'")]
    [TestCase("image,image,dx", "'image'")]
    [TestCase("image,dx,group,Group", "'group'")]
    public void A_needed_column_that_stands_twice_is_refused(string header, string expected)
    {
        Add("i#.png", 2);
        string more = string.Concat(Enumerable.Repeat(",x", header.Count(c => c == ',') - 1));
        Assert.That(() => Read($"{header}\ni0,a{more}\ni1,b{more}\n"),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains($"expected one column {expected}, received 2"));
    }

    [Test]
    public void Classes_that_may_stand_for_no_class_are_doubted()
    {
        Add("i#.png", 6);
        ImageDataset data = Read("image,dx\ni0,a\ni1,a\ni2,unknown\ni3,unknown\ni4,-\ni5,-\n");
        Assert.That(data.Labels, Is.EqualTo(new[] { "-", "a", "unknown" }));
        Assert.That(data.Warnings, Has.Some.Contains("'dx' holds '-', 'unknown'"));
        Assert.That(Read("image,dx\ni0,a\ni1,a\ni2,b\ni3,b\n").Warnings, Has.None.Contains("no class"));
    }

    [Test]
    public void Named_class_columns_leave_out_rows_without_a_one_and_refuse_two()
    {
        Add("i#.png", 5);
        ImageDatasetOptions named = new() { LabelColumn = "A, B" };
        ImageDataset data = Read("image,age60,A,B\ni0,1,1,0\ni1,0,0,0\ni2,1,0,1\ni3,1,0,1\ni4,0,1,0\n", named);
        Assert.That(data.CountByLabel(), Is.EqualTo(new[] { 2, 2 }));
        Assert.That(data.Skipped.Single().Reason, Does.Contain("Row 3 of table.csv has no 1"));
        Assert.That(() => Read("image,A,B\ni0,1,1\n", named), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("row 2"));
        Assert.That(() => Read("image,A,B\ni0,1,0.5\n", named),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("0 or 1").And.Message.Contains("0.5"));
    }

    [Test]
    public void Named_columns_are_used_and_absent_ones_are_an_error_that_lists_the_others()
    {
        Add("x#.png", 4);
        const string csv = "foto,befund,note\nx0,a,1\nx1,a,2\nx2,b,3\nx3,b,4\n";
        Assert.That(
            () => Read(csv), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("--label-column").And.Message.Contains("foto, befund, note"));
        ImageDataset data = Read(csv, new ImageDatasetOptions { LabelColumn = "Befund" });
        Assert.That((data.Csv!.PathColumn, data.Examples.Count), Is.EqualTo(("foto", 4)), "the column whose values are files");
        Assert.That(() => Read(csv, new ImageDatasetOptions { PathColumn = "bild", LabelColumn = "befund" }),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("'bild'").And.Message.Contains("--path-column"));
        Assert.That(() => Read(csv, new ImageDatasetOptions { ImageFolder = "/no/such/folder", LabelColumn = "befund" }),
            Throws.InstanceOf<DirectoryNotFoundException>());
    }

    [Test]
    public void Images_that_are_nowhere_lead_to_the_option_for_their_folder()
    {
        Assert.That(() => Read("image,dx\na,x\nb,y\n"),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("--image-folder").And.Message.Contains("column 'image'"));
        using TestImages elsewhere = new();
        for (int i = 0; i < 4; i++)
            elsewhere.Add($"deep/inside/{"abcd"[i]}.JPG", i);
        ImageDataset data = Read("image,dx\na.jpg,x\nb.jpg,x\nc,y\nd.jpg,y\n", new ImageDatasetOptions { ImageFolder = elsewhere.Root });
        Assert.That(
            data.Examples.Select(e => e.Path), Is.EqualTo(new[] { "deep/inside/a.JPG", "deep/inside/b.JPG", "deep/inside/c.JPG", "deep/inside/d.JPG" }));
    }

    [Test]
    public void Paths_may_have_backslashes_be_absolute_of_another_machine_or_name_the_folder_that_decides()
    {
        _images.Add("one/a.png", 1);
        _images.Add("two/a.png", 2);
        string absolute = _images.Add("two/c.png", 3);
        _images.Add("two/d.png", 4);
        ImageDataset data = Read($"path,label\none\\a.png,x\nC:\\photos\\two\\a.png,x\n{absolute},y\n/home/someone/two/d.png,y\na.png,y\n");
        Assert.That(data.Examples.Select(e => e.Path), Is.EqualTo(new[] { "one/a.png", "two/a.png", "two/c.png", "two/d.png" }));
        Assert.That(data.Skipped.Single().Reason, Does.StartWith("2 different files have this name: one/a.png, two/a.png"));
    }

    [Test]
    public void Copies_of_one_file_under_one_name_are_no_ambiguity()
    {
        _images.Add("part_1/a.png", 1);
        _images.Add("PART_1/a.png", 1);
        _images.Add("x/b.png", 2);
        Assert.That(Read("image,dx\na,p\nb,q\n").Examples.Select(e => e.Path), Is.EqualTo(new[] { "PART_1/a.png", "x/b.png" }));
    }

    [TestCase(',')]
    [TestCase(';')]
    [TestCase('\t')]
    public void Delimiters_line_ends_and_a_first_line_that_names_the_delimiter_are_read(char delimiter)
    {
        Add("i#.png", 4);
        string csv = "image,dx\ni0,\"a, b; c\"\ni1,\"a, b; c\"\ni2,d\ni3,d\n".Replace("image,dx", $"image{delimiter}dx", StringComparison.Ordinal);
        for (int i = 0; i < 4; i++)
            csv = csv.Replace($"i{i},", $"i{i}{delimiter}", StringComparison.Ordinal);
        foreach (string text in (string[])[
            csv, csv.Replace("\n", "\r\n", StringComparison.Ordinal), csv.Replace('\n', '\r'), $"sep={delimiter}\r\n{csv}", $"\n\n{csv}"])
            Assert.That(Read(text).Labels, Is.EqualTo(new[] { "a, b; c", "d" }), text);
    }

    [Test]
    public void Utf16_with_a_mark_is_read_and_other_bytes_are_refused_with_what_to_do()
    {
        Add("i#.png", 4);
        const string text = "image\tdx\ni0\tnævus\ni1\tnævus\ni2\tz\ni3\tz\n";
        foreach (Encoding encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF8])
            Assert.That(
                ImageDataset.FromCsv(_images.Add("u.csv", [.. encoding.GetPreamble(), .. encoding.GetBytes(text)])).Labels, Is.EqualTo(new[] { "nævus", "z" }));
        foreach (byte[] bytes in (byte[][])[
            new UnicodeEncoding(false, false).GetBytes("image,dx\n"), "PK\u0003\u0004abc"u8.ToArray(), Encoding.Latin1.GetBytes("image,dx\nö,ö\n")])
            Assert.That(
                () => ImageDataset.FromCsv(_images.Add("u.csv", bytes)), Throws.InstanceOf<InvalidContentException>().With.Message.Contains("CSV UTF-8"));
    }

    [TestCase("part", "Training", "DEV", "holdout")]
    [TestCase("split", " train ", "Valid", "Testing")]
    [TestCase("Subset", "TRAIN", "val", "eval")]
    [TestCase("set", "train", "validation", "evaluation")]
    public void Sets_have_one_list_of_names_in_any_case(string column, string train, string validation, string test)
    {
        Add("i#.png", 4);
        ImageDataset data = Read($"image,dx,{column}\ni0,a,{train}\ni1,b,{validation}\ni2,a,{test}\ni3,b,\n");
        Assert.That(
            data.Examples.Select(e => e.Split), Is.EqualTo(new[] { DatasetSplit.Train, DatasetSplit.Validation, DatasetSplit.Test, DatasetSplit.Unassigned }));
        Assert.That(data.Csv!.SplitColumn, Is.EqualTo(column));
    }

    [Test]
    public void An_unknown_word_in_the_column_of_the_sets_is_an_error_that_lists_the_known_ones()
    {
        Add("i#.png", 2);
        Assert.That(() => Read("image,dx,split\ni0,a,train\ni1,b,trian\n"),
            Throws.InstanceOf<InvalidContentException>().With.Message.Contains("row 3").And.Message.Contains("'trian'").And.Message.Contains("holdout"));
        Assert.That(Read("image,dx,set\ni0,a,clinic\ni1,b,hospital\n").Csv!.SplitColumn, Is.Null, "a column that is only perhaps one");
    }

    [Test]
    public void Rows_that_repeat_an_image_count_once_and_rows_that_contradict_each_other_do_not_count()
    {
        Add("i#.png", 5);
        ImageDataset data = Read("image,dx,part\ni0,a,train\ni0.png,a,train\n./i1.png,b,train\ni1,b,test\ni2,a,\ni2,b,\ni3,a,\ni4,b,\n");
        Assert.That(data.Examples.Select(e => e.Path), Is.EqualTo(new[] { "i0.png", "i1.png", "i3.png", "i4.png" }));
        Assert.That(data.Warnings,
            Has.Some.StartsWith("2 rows name an image").And.Some.Contains("i1.png: train and test").And.Some.Contains("1 images stand under several classes"));
        Assert.That(data.Skipped.Single().Reason, Does.Contain("Row 6 gives it the class 'a', row 7 the class 'b'"));
    }

    [Test]
    public void Rows_without_a_class_are_listed()
    {
        Add("i#.png", 7);
        ImageDataset data = Read("image,dx\ni0,a\ni1,a\ni2,None\ni3,None\ni4,NaN\ni5,\ni6, NA \n");
        Assert.That(data.Labels, Is.EqualTo(new[] { "None", "a" }));
        Assert.That(data.Skipped.Select(s => s.Path), Is.EqualTo(new[] { "i4", "i5", "i6" }));
    }

    [Test]
    public void Class_names_in_both_unicode_forms_are_one_class_with_a_warning()
    {
        Add("i#.png", 4);
        ImageDataset data = Read("image,dx\ni0,N\u00e4vus\ni1,Na\u0308vus\ni2,b\ni3,B \n");
        Assert.That(data.Labels, Is.EqualTo(new[] { "B", "N\u00e4vus", "b" }));
        Assert.That(data.Warnings, Has.Some.Contains("'N\u00e4vus' is written in 2 ways").And.Some.Contains("'B' and 'b' differ only in case"));
    }

    [TestCase("")]
    [TestCase(" NA ")]
    [TestCase("n/a")]
    [TestCase("nan")]
    [TestCase("NONE")]
    [TestCase("Null")]
    [TestCase("unknown")]
    [TestCase("-")]
    public void Values_that_mean_nothing_are_no_group(string nothing)
    {
        Add("i#.png", 6);
        string csv = $"image,dx,lesion_id\ni0,a,L1\ni1,a,L1 \ni2,a,{nothing}\ni3,b,{nothing}\ni4,b,L2\ni5,b,L2\n";
        ImageDataset data = Read(csv, new ImageDatasetOptions { GroupBy = "lesion_id" });
        Assert.That(data.Examples.Select(e => e.Group), Is.EqualTo(new[] { "L1", "L1", null, null, "L2", "L2" }));
        Assert.That(data.Warnings.Single(w => w.Contains("group column")), Does.StartWith("2 of 6 images").And.Contain("stands alone"));
        Assert.That(Read(csv).Split(0, 0.4, "lesion_id").Train.Warnings.Count(w => w.Contains("group column")), Is.EqualTo(1));
    }
}
