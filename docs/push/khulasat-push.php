<?php
/**
 * Plugin Name: Khulasat push
 * Description: Pushes each post to the newsroom's feed desk when it is published or changed, and withdraws it when it is taken down.
 * License: MIT
 *
 * In wp-config.php:
 *   define('KHULASAT_URL', 'https://news.example/feeds');
 *   define('KHULASAT_TOKEN', '…');   // made by: feeds token newsroom
 */

if (!defined('ABSPATH')) {
    exit;
}

function khulasat_request($method, $query, $body = null) {
    if (!defined('KHULASAT_URL') || !defined('KHULASAT_TOKEN')) {
        return;
    }
    $answer = wp_remote_request(rtrim(KHULASAT_URL, '/') . '/articles' . $query, array(
        'method' => $method,
        'timeout' => 10,
        'headers' => array('Authorization' => 'Bearer ' . KHULASAT_TOKEN, 'Content-Type' => 'application/json'),
        'body' => $body,
    ));
    $status = is_wp_error($answer) ? $answer->get_error_message() : wp_remote_retrieve_response_code($answer);
    if ($status !== 200 && !($method === 'DELETE' && $status === 404)) {
        error_log('khulasat: ' . $method . ' was answered with ' . $status);
    }
}

// WordPress keeps titles and names of terms as HTML; here they are text.
function khulasat_text($html) {
    return html_entity_decode(wp_strip_all_tags($html), ENT_QUOTES | ENT_HTML5, 'UTF-8');
}

function khulasat_item($post) {
    $authors = array(array('name' => get_the_author_meta('display_name', $post->post_author)));
    $item = array(
        // As WordPress's own feed has it, so that subscribers see no doubles.
        'id' => html_entity_decode(get_the_guid($post), ENT_QUOTES | ENT_HTML5, 'UTF-8'),
        'url' => get_permalink($post),
        'title' => khulasat_text(get_the_title($post)),
        'content_html' => apply_filters('the_content', $post->post_content),
        'date_published' => get_post_time('c', false, $post),
        'date_modified' => get_post_modified_time('c', false, $post),
        'authors' => $authors,
        'tags' => array_map('khulasat_text', wp_get_post_terms($post->ID, 'post_tag', array('fields' => 'names'))),
        'sections' => array_map('khulasat_text', wp_get_post_terms($post->ID, 'category', array('fields' => 'names'))),
    );
    if ($post->post_excerpt !== '') {
        $item['summary'] = khulasat_text($post->post_excerpt);
    }
    $image = get_the_post_thumbnail_url($post, 'full');
    if ($image) {
        $item['image'] = $image;
    }
    return $item;
}

// Late: terms and the picture are stored by then.
add_action('wp_after_insert_post', function ($id, $post, $update, $before) {
    if ($post->post_type !== 'post' || wp_is_post_revision($id)) {
        return;
    }
    $public = $post->post_status === 'publish' && $post->post_password === '';
    if ($public) {
        khulasat_request('POST', '', wp_json_encode(khulasat_item($post)));
    } elseif ($before && $before->post_status === 'publish') {
        khulasat_withdraw($post);
    }
}, 10, 4);

add_action('before_delete_post', function ($id, $post) {
    if ($post->post_type === 'post') {
        khulasat_withdraw($post);
    }
}, 10, 2);

function khulasat_withdraw($post) {
    $guid = html_entity_decode(get_the_guid($post), ENT_QUOTES | ENT_HTML5, 'UTF-8');
    khulasat_request('DELETE', '?id=' . rawurlencode($guid));
}
