-- A store as the first schema had it, with articles of every kind.
PRAGMA application_id = 0x4B68756C;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    guid TEXT NOT NULL,
    position INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    digest BLOB NOT NULL,
    imported INTEGER NOT NULL,
    withdrawn TEXT,
    reason TEXT NOT NULL DEFAULT '',
    url TEXT,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    content_html TEXT NOT NULL,
    published TEXT NOT NULL,
    modified TEXT NOT NULL,
    language TEXT,
    correction INTEGER NOT NULL,
    details TEXT NOT NULL
) STRICT;
INSERT INTO "articles" VALUES(1,'uelmt3kg2yqhonfegml5gd6yr5','plain',1795431600000000,'[2]',X'706C61696E',1795435200,NULL,'',NULL,'خبر plain','','','<p>نص الخبر plain من طرابلس.</p>','2026-11-23T11:00:00+00:00','2026-11-23T11:00:00+00:00',NULL,0,'{}');
INSERT INTO "articles" VALUES(2,'f2qrainhlkstvpsjvwxplwsw7j','tagged',1795432200000000,'[2]',X'746167676564',1795435200,NULL,'',NULL,'خبر tagged','','','<p>نص الخبر tagged من طرابلس.</p>','2026-11-23T11:10:00+00:00','2026-11-23T11:10:00+00:00',NULL,0,'{"authors":[["سالم الورفلي",null]],"tags":["طرابلس","FIFA"]}');
INSERT INTO "articles" VALUES(3,'h6h64yspiozktvufguzgtiflh2','mixed',1795432800000000,'[3,2]',X'6D69786564',1795435200,NULL,'',NULL,'خبر mixed','','','<p>FIFA تعلن قرارا جديدا اليوم.</p><p>نص.</p>','2026-11-23T11:20:00+00:00','2026-11-23T11:20:00+00:00',NULL,0,'{"tags":["فيفا","fifa"]}');
INSERT INTO "articles" VALUES(4,'wyru2lva2ybcxzr5xagxxahcee','english',1795433400000000,'[2]',X'656E676C697368',1795435200,NULL,'',NULL,'A visit','','','<p>To Tripoli.</p>','2026-11-23T11:30:00+00:00','2026-11-23T11:30:00+00:00','en',0,'{}');
INSERT INTO "articles" VALUES(5,'5qwsjw3axinex6svczrp7vh2qf','embargoed',1795438800000000,'[2]',X'656D626172676F6564',1795435200,NULL,'',NULL,'خبر embargoed','','','<p>نص الخبر embargoed من طرابلس.</p>','2026-11-23T13:00:00+00:00','2026-11-23T13:00:00+00:00',NULL,0,'{"tags":["سر"]}');
INSERT INTO "articles" VALUES(6,'7vqmiwoqhntkqyaplrzmvbumqo','withdrawn',1795434000000000,'[2]',X'77697468647261776E',1795435200,'2026-11-23T12:00:00+00:00','خطأ',NULL,'خبر withdrawn','','','<p>نص الخبر withdrawn من طرابلس.</p>','2026-11-23T11:40:00+00:00','2026-11-23T11:40:00+00:00',NULL,0,'{"authors":[["سالم الورفلى",null]],"tags":["طرابلس"]}');
INSERT INTO "articles" VALUES(7,'noi4uyftmxdwktyvg2oce545ik','without-address',1795434300000000,'[2]',X'776974686F75742D61646472657373',1795435200,NULL,'',NULL,'خبر without-address','','','<p>نص الخبر without-address من طرابلس.</p>','2026-11-23T11:45:00+00:00','2026-11-23T11:45:00+00:00',NULL,0,'{}');
INSERT INTO "articles" VALUES(8,'zoqgwvzw7l3h4vfqpnlb5luuhf','old',1795431000000000,'[4]',X'6F6C64',1795435200,NULL,'',NULL,'خبر old','','','<p>نص الخبر old من طرابلس.</p>','2026-11-23T10:50:00+00:00','2026-11-23T10:50:00+00:00',NULL,0,'{}');
INSERT INTO "articles" VALUES(9,'6taihm7uedcmpugc7zzq4xuvsy','same-second',1795432200000000,'[2]',X'73616D652D7365636F6E64',1795435200,NULL,'',NULL,'خبر same-second','','','<p>نص الخبر same-second من طرابلس.</p>','2026-11-23T11:10:00+00:00','2026-11-23T11:10:00+00:00',NULL,0,'{"tags":["طرابلس"]}');
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE former_slugs (
    slug TEXT PRIMARY KEY,
    scope_id INTEGER NOT NULL REFERENCES scopes (id)
) STRICT, WITHOUT ROWID;
INSERT INTO "former_slugs" VALUES('old',4);
CREATE TABLE listings (
    scope_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    guid TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (scope_id, position DESC, guid)
) STRICT, WITHOUT ROWID;
INSERT INTO "listings" VALUES(1,1795438800000000,'embargoed',5);
INSERT INTO "listings" VALUES(1,1795434300000000,'without-address',7);
INSERT INTO "listings" VALUES(1,1795433400000000,'english',4);
INSERT INTO "listings" VALUES(1,1795432800000000,'mixed',3);
INSERT INTO "listings" VALUES(1,1795432200000000,'same-second',9);
INSERT INTO "listings" VALUES(1,1795432200000000,'tagged',2);
INSERT INTO "listings" VALUES(1,1795431600000000,'plain',1);
INSERT INTO "listings" VALUES(1,1795431000000000,'old',8);
INSERT INTO "listings" VALUES(2,1795438800000000,'embargoed',5);
INSERT INTO "listings" VALUES(2,1795434300000000,'without-address',7);
INSERT INTO "listings" VALUES(2,1795433400000000,'english',4);
INSERT INTO "listings" VALUES(2,1795432800000000,'mixed',3);
INSERT INTO "listings" VALUES(2,1795432200000000,'same-second',9);
INSERT INTO "listings" VALUES(2,1795432200000000,'tagged',2);
INSERT INTO "listings" VALUES(2,1795431600000000,'plain',1);
INSERT INTO "listings" VALUES(3,1795432800000000,'mixed',3);
INSERT INTO "listings" VALUES(4,1795431000000000,'old',8);
CREATE TABLE scopes (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('all', 'section')),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    since INTEGER NOT NULL,
    UNIQUE (kind, slug)
) STRICT;
INSERT INTO "scopes" VALUES(1,'all','','',2,1795435201,1795435200);
INSERT INTO "scopes" VALUES(2,'section','world','دولي',2,1795435201,1795435200);
INSERT INTO "scopes" VALUES(3,'section','sports','رياضة',1,1795435201,1795435200);
INSERT INTO "scopes" VALUES(4,'section','archive-news','من الأرشيف',2,1795435201,1795435200);
CREATE TABLE tombstones (
    scope_id INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    guid TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (scope_id, withdrawn DESC, guid)
) STRICT, WITHOUT ROWID;
INSERT INTO "tombstones" VALUES(1,1795435200000000,'withdrawn',6);
INSERT INTO "tombstones" VALUES(2,1795435200000000,'withdrawn',6);
COMMIT;
