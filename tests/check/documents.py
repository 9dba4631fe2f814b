"""Faultless feeds, made up, with as much in them as the specifications know."""

RSS_SELF = "https://news.example/world/rss.xml"
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/css" href="/static/feed.css"?>
<!-- يبقى داخل الخمسمئة بايت -->
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
     xmlns:fh="http://purl.org/syndication/history/1.0">
<channel>
<title>\u200f5 أخبار العالم</title>
<link>https://news.example/world/</link>
<description>آخر الأخبار</description>
<language>ar-LY</language>
<copyright>© صحيفة المثال</copyright>
<managingEditor>desk@news.example (غرفة الأخبار)</managingEditor>
<pubDate>Mon, 23 Nov 2026 09:00:00 +0200</pubDate>
<lastBuildDate>Mon, 23 Nov 2026 07:30:00 GMT</lastBuildDate>
<category>دولي</category>
<docs>https://www.rssboard.org/rss-specification</docs>
<cloud domain="hub.example" port="80" path="/rpc" registerProcedure="" protocol="http-post"/>
<ttl>5</ttl>
<image>
<url>https://news.example/logo.png</url>
<title>\u200f5 أخبار العالم</title>
<link>https://news.example/world/</link>
<width>144</width>
<height>48</height>
</image>
<skipHours><hour>0</hour><hour>23</hour></skipHours>
<skipDays><day>Friday</day></skipDays>
<atom:link rel="self" type="application/rss+xml" href="https://news.example/world/rss.xml"/>
<atom:link rel="hub" href="https://hub.example/"/>
<atom:link rel="prev-archive" href="https://news.example/world/archive/2026-11-22/rss.xml"/>
<item>
<title>خبر أول</title>
<link>https://news.example/1</link>
<description>&lt;p&gt;ملخص&lt;/p&gt;</description>
<content:encoded>&lt;p dir="rtl"&gt;نص &lt;a href="https://news.example/x"&gt;رابط&lt;/a&gt;&lt;/p&gt;</content:encoded>
<dc:creator>كاتبة</dc:creator>
<category domain="https://news.example/tags/">ليبيا</category>
<enclosure url="https://news.example/1.jpg" length="0" type="image/jpeg"/>
<media:content url="https://news.example/2.jpg" type="image/jpeg" medium="image" width="800" height="600">
<media:credit role="photographer">مصور</media:credit>
<media:description type="plain">صورة</media:description>
</media:content>
<media:thumbnail url="https://news.example/t.jpg" time="12:05:01.123"/>
<guid>https://news.example/1</guid>
<pubDate>Mon, 23 Nov 2026 09:30:00 +0200</pubDate>
<source url="https://agency.example/rss">وكالة</source>
</item>
<item>
<title>خبر ثان</title>
<link>https://news.example/2</link>
<author>writer@news.example (كاتب)</author>
<comments>https://news.example/2#comments</comments>
<guid isPermaLink="false">urn:uuid:2f0e6b0a-0c62-5c39-9d0c-6f3c2b7a1d11</guid>
<pubDate>Sun, 22 Nov 2026 09:30:00 GMT</pubDate>
</item>
</channel>
</rss>
"""
ATOM_SELF = "https://news.example/world/atom.xml"
ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/css" href="/static/feed.css"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"
      xmlns:fh="http://purl.org/syndication/history/1.0"
      xmlns:media="http://search.yahoo.com/mrss/" xml:lang="ar">
<id>https://news.example/world/atom.xml</id>
<title>أخبار العالم</title>
<subtitle>آخر الأخبار</subtitle>
<updated>2026-11-23T09:30:00+02:00</updated>
<author><name>صحيفة المثال</name><uri>https://news.example/</uri><email>desk@news.example</email></author>
<category term="world" scheme="https://news.example/sections/" label="دولي"/>
<generator uri="https://github.example/khulasat" version="1.0">Khulasat</generator>
<icon>https://news.example/icon.png</icon>
<logo>https://news.example/logo.png</logo>
<rights>© صحيفة المثال</rights>
<link rel="self" type="application/atom+xml" href="https://news.example/world/atom.xml"/>
<link rel="alternate" type="text/html" hreflang="ar" href="https://news.example/world/"/>
<link rel="hub" href="https://hub.example/"/>
<link rel="prev-archive" href="https://news.example/world/archive/2026-11-22/atom.xml"/>
<entry>
<id>https://news.example/1</id>
<title>خبر أول</title>
<updated>2026-11-23T09:30:00+02:00</updated>
<published>2026-11-23T07:00:00.5Z</published>
<link href="https://news.example/1" title="خبر"/>
<link rel="enclosure" type="image/jpeg" length="0" href="https://news.example/1.jpg"/>
<summary>ملخص الخبر</summary>
<content type="html">&lt;p dir="rtl"&gt;نص &lt;a href="https://news.example/x"&gt;رابط&lt;/a&gt;&lt;/p&gt;</content>
<media:thumbnail url="https://news.example/t.jpg" width="10" height="10"/>
<contributor><name>كاتبة</name></contributor>
<source>
<id>urn:isbn:0451450523</id>
<title>وكالة</title>
<updated>2026-11-23T06:00:00Z</updated>
</source>
</entry>
<entry xml:lang="en">
<id>urn:uuid:2f0e6b0a-0c62-5c39-9d0c-6f3c2b7a1d11</id>
<title type="html">A &lt;b&gt;headline&lt;/b&gt;</title>
<updated>2026-11-22T09:30:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text</p></div></content>
<author><name>Writer</name></author>
</entry>
<at:deleted-entry ref="https://news.example/0" when="2026-11-23T08:00:00Z">
<at:by><name>المحرر</name></at:by>
<at:comment>سحب</at:comment>
</at:deleted-entry>
</feed>
"""
JSON_SELF = "https://news.example/world/feed.json"
JSON = """{
"version": "https://jsonfeed.org/version/1.1",
"title": "أخبار العالم",
"home_page_url": "https://news.example/world/",
"feed_url": "https://news.example/world/feed.json",
"description": "آخر الأخبار",
"user_comment": "لقارئ الملف",
"next_url": "https://news.example/world/archive/2026-11-22/feed.json",
"icon": "https://news.example/icon.png",
"favicon": "https://news.example/favicon.png",
"authors": [{"name": "صحيفة المثال", "url": "https://news.example/", "avatar": "https://news.example/a.png"}],
"language": "ar",
"expired": false,
"hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
"_news": {"about": "https://news.example/about/", "counts": [1, 2]},
"items": [
{
"id": "https://news.example/1",
"url": "https://news.example/1",
"external_url": "https://agency.example/1",
"title": "خبر أول",
"content_html": "<p dir=\\"rtl\\">نص <a href=\\"https://news.example/x\\">رابط</a></p>",
"summary": "ملخص الخبر",
"image": "https://news.example/1.jpg",
"banner_image": "https://news.example/b.jpg",
"date_published": "2026-11-23T07:00:00Z",
"date_modified": "2026-11-23T09:30:00+02:00",
"authors": [{"name": "كاتبة"}],
"tags": ["ليبيا", "دولي"],
"language": "ar-LY",
"attachments": [
{"url": "https://news.example/1.mp3", "mime_type": "audio/mpeg", "title": "تسجيل", "size_in_bytes": 12, \
"duration_in_seconds": 1.5}
]
},
{"id": "urn:uuid:2f0e6b0a-0c62-5c39-9d0c-6f3c2b7a1d11", "content_text": "نص"}
]
}
"""
