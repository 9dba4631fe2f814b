<?php
// Fills a new WordPress with made-up articles. The times are fixed, so that two sites made by this are alike.
// php seed.php FOLDER-OF-WORDPRESS ADDRESS COUNT
[, $folder, $address, $count] = $argv;
$_SERVER['HTTP_HOST'] = parse_url($address, PHP_URL_HOST) . ':' . parse_url($address, PHP_URL_PORT);
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REMOTE_ADDR'] = '127.0.0.1';
define('WP_INSTALLING', true);
require "$folder/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/image.php';
// No letter is sent by a test.
function wp_mail() { return true; }
wp_install('صحيفة السمرة', 'editor', 'editor@example.org', true, '', 'a made-up password');
wp_installing(false);
update_option('siteurl', $address);
update_option('home', $address);
update_option('gmt_offset', 0);
update_option('timezone_string', 'Africa/Tripoli');
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
update_option('posts_per_rss', 10);
foreach (get_posts(['numberposts' => -1, 'post_type' => ['post', 'page'], 'post_status' => 'any']) as $post) {
    wp_delete_post($post->ID, true);
}
kses_remove_filters();
$author = wp_insert_user(['user_login' => 'huda', 'user_pass' => 'made up', 'display_name' => 'هدى المختار']);
get_user_by('id', $author)->set_role('author');

function term(string $name, string $taxonomy, string $slug, int $parent = 0): int {
    return wp_insert_term($name, $taxonomy, ['slug' => $slug, 'parent' => $parent])['term_id'];
}
$world = term('دولي', 'category', 'world');
$sports = term('رياضة', 'category', 'sports');
$football = term('كرة القدم', 'category', 'football', $sports);
$arabic = term('ثقافة وفنون', 'category', 'ثقافة-وفنون');
$tag = term('طرابلس & ضواحيها', 'post_tag', 'tripoli');

// A picture in some sizes, as an editor uploads it.
function picture(string $name, string $alt, string $caption): int {
    $folder = wp_upload_dir('2026/11');
    $path = "{$folder['path']}/$name.png";
    $image = imagecreatetruecolor(640, 400);
    imagefill($image, 0, 0, imagecolorallocate($image, 20, 120, 110));
    imagepng($image, $path);
    $id = wp_insert_attachment([
        'post_title' => $name, 'post_mime_type' => 'image/png', 'post_excerpt' => $caption,
        'guid' => "{$folder['url']}/$name.png", 'post_date' => '2026-11-01 09:00:00',
    ], $path);
    wp_update_attachment_metadata($id, wp_generate_attachment_metadata($id, $path));
    update_post_meta($id, '_wp_attachment_image_alt', $alt);
    return $id;
}

// Inserts an article, and sets its times, which WordPress would take from its clock.
function article(array $fields, string $date, ?string $modified = null): int {
    global $wpdb, $author;
    $fields += ['post_status' => 'publish', 'post_author' => $author, 'post_date' => $date];
    $id = wp_insert_post(wp_slash($fields), true);
    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message());
        exit(1);
    }
    $modified ??= $date;
    $wpdb->update($wpdb->posts, [
        'post_date' => $date, 'post_date_gmt' => get_gmt_from_date($date),
        'guid' => home_url($id % 2 ? "/?p=$id" : "/?post_type=post&p=$id"), 'post_modified' => $modified, 'post_modified_gmt' => get_gmt_from_date($modified),
    ], ['ID' => $id]);
    clean_post_cache($id);
    return $id;
}

$first = article([
    'post_title' => 'ميناء طرابلس يستقبل "أولى" السفن & يستعد لموسم 2027',
    'post_name' => 'harbour', 'post_category' => [$world], 'tags_input' => ['طرابلس & ضواحيها'],
    'post_excerpt' => 'استقبل الميناء أولى السفن، في موسم يبدأ مبكرا.',
    'post_content' => "<!-- wp:paragraph -->\n<p>استقبل <strong>ميناء طرابلس</strong> صباح اليوم أولى السفن.</p>\n"
        . "<!-- /wp:paragraph -->\n\n<!-- wp:heading -->\n<h2>موسم مبكر</h2>\n<!-- /wp:heading -->\n\n"
        . "<!-- wp:paragraph {\"align\":\"right\"} -->\n<p class=\"has-text-align-right\">قال المدير: \"نحن مستعدون\" ... "
        . "<a href=\"https://example.org/?a=1&amp;b=2\">التفاصيل</a>.</p>\n<!-- /wp:paragraph -->",
], '2026-11-10 09:30:00', '2026-11-10 11:00:00');
$harbour = picture('harbour', 'سفينة في الميناء', 'سفينة ترسو في <em>ميناء</em> طرابلس. تصوير: هيئة الميناء');
set_post_thumbnail($first, $harbour);

$boat = picture('boat', '', 'قارب');
$net = picture('net', 'شبكة', '');
article([
    'post_title' => 'المحرر القديم: فقرات بلا وسوم', 'post_name' => 'classic', 'post_category' => [$football, $world],
    'post_content' => "الفقرة الأولى من المحرر القديم\nوسطر ثان فيها.\n\nفقرة <em>ثانية</em> -- وفيها شرطتان.\n\n"
        . "<blockquote>اقتباس قصير</blockquote>\n\n<!--more-->\n\n<ul>\n<li>واحد</li>\n<li>اثنان</li>\n</ul>\n\n"
        . "[caption id=\"attachment_$boat\" align=\"aligncenter\" width=\"300\"]<img class=\"size-medium wp-image-$boat\" "
        . 'src="' . wp_get_attachment_image_url($boat, 'medium') . "\" alt=\"قارب صغير\" width=\"300\" height=\"188\" />"
        . " قارب قبالة الساحل[/caption]\n\n[gallery ids=\"$boat,$net\" link=\"file\"]\n\n[unknown_box id=\"7\"]نص داخل صندوق[/unknown_box]\n\n"
        . "https://www.youtube.com/watch?v=abcdefghijk\n\nآخر فقرة.",
], '2026-11-11 10:00:00');
article([
    'post_title' => '<em>مائل</em> &amp; صريح', 'post_name' => 'مقال-بعنوان-عربي', 'post_category' => [$arabic],
    'post_content' => "<!-- wp:image {\"id\":$net,\"sizeSlug\":\"large\"} -->\n<figure class=\"wp-block-image size-large\">"
        . '<img src="' . wp_get_attachment_url($net) . "\" alt=\"شبكة\" class=\"wp-image-$net\"/><figcaption>شبكة صيد</figcaption>"
        . "</figure>\n<!-- /wp:image -->\n\n<!-- wp:embed {\"url\":\"https://twitter.com/x/status/1\",\"type\":\"rich\"} -->\n"
        . "<figure class=\"wp-block-embed\"><div class=\"wp-block-embed__wrapper\">\nhttps://twitter.com/x/status/1\n</div></figure>\n"
        . "<!-- /wp:embed -->\n\n<!-- wp:list -->\n<ul><li>أ</li><li>ب</li></ul>\n<!-- /wp:list -->\n\n"
        . "<!-- wp:table -->\n<figure class=\"wp-block-table\"><table><tbody><tr><td>1</td><td>2</td></tr></tbody></table></figure>\n"
        . "<!-- /wp:table -->\n\n<!-- wp:latest-posts /-->",
], '2026-11-12 23:45:00', '2026-11-13 00:10:00');
article([
    'post_title' => 'محمي بكلمة مرور', 'post_name' => 'protected', 'post_category' => [$world],
    'post_password' => 'secret', 'post_content' => '<p>لا يراه أحد.</p>',
], '2026-11-12 08:00:00');
article([
    'post_title' => 'خاص', 'post_name' => 'private', 'post_category' => [$world], 'post_status' => 'private',
    'post_content' => '<p>لا يراه أحد.</p>',
], '2026-11-12 08:10:00');
article([
    'post_title' => 'مسودة', 'post_name' => 'draft', 'post_category' => [$world], 'post_status' => 'draft',
    'post_content' => '<p>لا يراه أحد.</p>',
], '2026-11-12 08:20:00');
$gone = article([
    'post_title' => 'في المهملات', 'post_name' => 'trashed', 'post_category' => [$world],
    'post_content' => '<p>كان هنا.</p>',
], '2026-11-12 08:30:00');
wp_trash_post($gone);

$subjects = explode('|', 'الميناء|السوق|المكتبة|الملعب|المسرح|القمة|الطريق الساحلي|حصاد القمح');
for ($n = 1; $n <= (int) $count; $n++) {
    $subject = $subjects[$n % count($subjects)];
    article([
        'post_title' => "خبر رقم $n عن $subject", 'post_name' => "news-$n",
        'post_category' => [$n % 3 ? $world : $sports],
        'post_content' => "<!-- wp:paragraph -->\n<p>الفقرة الأولى من الخبر رقم $n عن $subject في المدينة.</p>\n<!-- /wp:paragraph -->\n\n"
            . "<!-- wp:paragraph -->\n<p>وتفاصيل أخرى <strong>مهمة</strong> عن $subject.</p>\n<!-- /wp:paragraph -->\n\n"
            . "<!-- wp:paragraph -->\n<p>وخاتمة الخبر رقم $n.</p>\n<!-- /wp:paragraph -->",
    ], date('Y-m-d H:i:s', 1788220800 + $n * 600));
}
flush_rewrite_rules();
echo "done\n";
