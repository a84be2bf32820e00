namespace SkinClassifier.Reports.Page;

/// <summary>The page's style sheet. Colors are variables, so that charts and tables follow the reader's light or dark setting.</summary>
internal static class PageStyle
{
    public const string Css = """

        :root{--bg:#f3f5f8;--card:#fff;--ink:#17202b;--soft:#5b6877;--line:#dfe4ea;--track:#e9edf2;--accent:#0f6e84;--train:#2f6fde;--val:#c9731c;
        --test:#0f8a6d;--good:#15803d;--bad:#c2334d;--warnbg:#fff7e6;--warnline:#e8b04a;
        --shadow:0 1px 2px rgba(16,32,48,.06),0 6px 20px rgba(16,32,48,.05)}
        @media (prefers-color-scheme:dark){:root{--bg:#0e1319;--card:#171e27;--ink:#e8eef5;--soft:#9aa8b8;--line:#2a3440;--track:#26303c;
        --accent:#4fb8d0;--train:#6ea3ff;--val:#f0a85a;--test:#3fc6a0;--good:#4ac779;--bad:#ff7d92;--warnbg:#2a2314;--warnline:#8a6a25;
        --shadow:none}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        main{max-width:1120px;margin:0 auto;padding:28px 20px 60px}
        header{margin-bottom:18px}
        h1{font-size:28px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;overflow-wrap:anywhere}
        h2{font-size:18px;margin:0 0 4px;letter-spacing:-.005em}
        h3{font-size:14px;margin:0 0 6px;font-weight:600}
        p{margin:0 0 10px}
        .lead,.note{color:var(--soft)}
        .note{font-size:13px;margin-bottom:12px}
        .card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px;margin-top:18px;box-shadow:var(--shadow)}
        .notice{background:var(--warnbg);border:1px solid var(--warnline);border-radius:12px;padding:12px 16px;font-size:14px;margin-top:14px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-top:18px}
        .tile{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:14px 16px;box-shadow:var(--shadow)}
        .tile b{display:block;font-size:26px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.02em}
        .tile span{display:block;font-size:13px;font-weight:600}
        .tile i{display:block;font-style:normal;font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:22px 28px}
        .charts>*{min-width:0}
        svg{display:block;width:100%;max-width:520px;height:auto;font:8.5px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
        svg text{fill:var(--soft)}
        .grid{stroke:var(--line);stroke-width:1}
        .axis{stroke:var(--soft);stroke-width:1}
        .dash{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 4;fill:none}
        .curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
        .s-train{stroke:var(--train)}.s-val{stroke:var(--val);stroke-dasharray:6 3}
        .f-train{fill:var(--train);background:var(--train)}.f-val{fill:var(--val);background:var(--val)}.f-test{fill:var(--test);
        background:var(--test)}.f-accent{fill:var(--accent);background:var(--accent)}
        .legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:13px;color:var(--soft);margin:6px 0 0;padding:0;list-style:none}
        .legend span{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;vertical-align:-1px}
        .scroll{overflow-x:auto;-webkit-overflow-scrolling:touch;margin:0 -4px;padding:0 4px 4px}
        table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
        th{font-weight:600;text-align:right;font-size:12px;color:var(--soft);padding:6px 10px;border-bottom:1px solid var(--line);white-space:nowrap}
        td{text-align:right;padding:7px 10px;border-bottom:1px solid var(--line);white-space:nowrap}
        tr:last-child td{border-bottom:0}
        th:first-child,td:first-child{text-align:left;padding-left:2px}
        th.name{font-size:14px;color:var(--ink);padding-top:7px;padding-bottom:7px;white-space:normal;overflow-wrap:break-word;min-width:56px;max-width:240px}
        tr:last-child th.name{border-bottom:0}
        .scroll th:first-child,.scroll td:first-child{position:sticky;left:-4px;background:var(--card);z-index:1}
        .heat{border-radius:6px}
        .heat .mean{color:var(--ink)}
        .confusion{width:auto;border-collapse:separate;border-spacing:3px;margin:0 auto}
        .confusion th{border:0;padding:4px 6px;color:var(--ink)}
        .confusion th.corner{color:var(--soft);font-weight:400;text-align:right;line-height:1.2}
        .confusion thead th:not(.corner){text-align:center;max-width:110px;overflow:hidden;text-overflow:ellipsis}
        .confusion tbody th{text-align:right;max-width:160px;white-space:normal;overflow-wrap:anywhere}
        .confusion td{border:0;border-radius:8px;padding:6px 4px;min-width:56px;text-align:center;line-height:1.25}
        .confusion td small{display:block;font-size:11px}
        .confusion td.zero{color:var(--soft)}
        .bars{display:grid;grid-template-columns:minmax(52px,max-content) 1fr max-content;gap:8px 12px;align-items:center;font-variant-numeric:tabular-nums}
        .bars>b{font-weight:600;overflow-wrap:anywhere}
        .bars>i{font-style:normal;color:var(--soft);font-size:13px;text-align:right}
        .bar{display:flex;height:16px;border-radius:5px;overflow:hidden;background:var(--track)}
        .bar>span{display:block;height:100%}
        .range{position:relative;height:8px;border-radius:4px;background:var(--track);min-width:110px}
        .range>span{position:absolute;top:0;height:8px;border-radius:4px;background:var(--accent);opacity:.38}
        .range>i{position:absolute;top:-3px;width:4px;height:14px;margin-left:-2px;border-radius:2px;background:var(--accent)}
        td.wide{width:34%}
        td .mean,th .mean{display:block;color:var(--soft);font-size:12px;font-weight:400}
        .gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(140px,1fr));gap:14px;margin:10px 0 22px}
        .gallery:last-child{margin-bottom:0}
        .gallery.maps{grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr))}
        .maps .image{aspect-ratio:2}
        .gallery.pairs{grid-template-columns:repeat(auto-fill,minmax(min(100%,250px),1fr))}
        .gallery.small{grid-template-columns:repeat(auto-fill,minmax(112px,1fr));gap:10px}
        .pairs .image{aspect-ratio:2;gap:2px}.pairs .image>*{width:50%}
        .neutral figcaption{border-top-color:var(--line)}
        .none{margin:auto;color:var(--soft);font-size:12px;text-align:center}
        .bars+.scroll,.legend+.scroll,.scroll+h3,.gallery+.note{margin-top:16px}
        .mapscale{display:flex;gap:8px;align-items:center;font-size:12px;color:var(--soft);max-width:420px}
        .mapscale i{flex:1;height:12px;border-radius:4px}
        figure{margin:0;border:1px solid var(--line);border-radius:12px;overflow:hidden;background:var(--bg);min-width:0}
        figure .image{aspect-ratio:1;display:flex;background:var(--track)}
        figure img{width:100%;height:100%;object-fit:contain;display:block}
        figcaption{padding:8px 10px 10px;font-size:13px;line-height:1.35;overflow-wrap:anywhere;border-top:3px solid var(--good)}
        .wrong figcaption{border-top-color:var(--bad)}
        figcaption b{font-weight:650}
        figcaption small{display:block;color:var(--soft);font-size:12px}
        details{margin-top:10px}
        code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.92em;white-space:nowrap}
        .key{display:inline-block;width:30px;height:8px;margin-right:6px;vertical-align:1px}
        .skip{position:absolute;left:-9999px}
        .skip:focus{position:static;display:inline-block;margin-bottom:10px}
        summary{cursor:pointer;font-weight:600}
        .facts td{white-space:normal;overflow-wrap:anywhere;text-align:left;vertical-align:top}
        .facts td:first-child{color:var(--soft);width:38%;padding-right:14px}
        ul.plain{margin:6px 0 0;padding-left:20px}
        footer{color:var(--soft);font-size:13px;margin-top:22px}
        @media (max-width:560px){main{padding:18px 12px 40px}.card{padding:16px 14px;border-radius:12px}h1{font-size:23px}
        .tiles{grid-template-columns:repeat(2,1fr);gap:10px}.tile{padding:12px}.tile b{font-size:22px}td,th{padding:6px 7px}svg{font-size:11px}
        .confusion{margin:0;border-spacing:2px}.confusion th{padding:3px 4px;font-size:11px}.confusion td{min-width:34px;padding:5px 1px;
        font-size:12px;border-radius:6px}.confusion td small{font-size:10px}.bars{gap:8px}.bars>i{font-size:12px}
        .gallery{grid-template-columns:repeat(2,1fr);gap:10px}.gallery.small{grid-template-columns:repeat(3,1fr);gap:8px}
        .gallery.pairs{grid-template-columns:1fr}td.wide,th.wide{display:none}}
        .toc ul{margin:0;padding:0;list-style:none}
        .toc>ul{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,190px),1fr));gap:14px 22px;font-size:14px}
        .toc a,.toc b{display:block;padding:3px 0}
        .toc b{font-size:12px;color:var(--soft)}
        a{color:var(--accent)}
        a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
        .part{margin:34px 0 0;font-size:12px;font-weight:600;letter-spacing:.08em;text-transform:uppercase;color:var(--soft)}
        section[id]{scroll-margin-top:12px}
        @media print{:root{--bg:#fff;--card:#fff;--ink:#17202b;--soft:#4a5663;--line:#cfd6de;--track:#e9edf2;--accent:#0f6e84;--train:#2f6fde;--val:#c9731c;
        --test:#0f8a6d;--good:#15803d;--bad:#c2334d;--warnbg:#fff7e6;--warnline:#e8b04a}
        body{background:#fff;font-size:12px}main{max-width:none;padding:0}.card,.tile,figure,tr,p,.charts>*{break-inside:avoid;box-shadow:none}
        .card:has(table,.charts){break-inside:auto}.tiles{grid-template-columns:repeat(3,1fr)}.charts{grid-template-columns:1fr 1fr;gap:12px 20px}
        details.long,.skip{display:none}p:has(+.scroll,+.charts,+h3),summary{break-after:avoid}.gallery{grid-template-columns:repeat(6,1fr)}
        .gallery.small{grid-template-columns:repeat(7,1fr);gap:8px}.gallery.pairs{grid-template-columns:repeat(3,1fr)}
        .gallery.maps{grid-template-columns:repeat(3,1fr)}figcaption{font-size:10px}figcaption small{font-size:9px}
        table:not(:has(tr:nth-child(24))){break-inside:avoid}.bars:not(:has(b:nth-of-type(24))){break-inside:avoid}
        td .mean,th .mean{font-size:9px}
        h2,h3,.part{break-after:avoid}.scroll{overflow:visible}table,th.name{font-size:10px}td,th,th.name{padding:3px 4px}
        th{white-space:normal}
        details::details-content{content-visibility:visible;display:block;height:auto}.toc{display:none}}

        """;
}
